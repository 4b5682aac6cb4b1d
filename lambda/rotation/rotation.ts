import type { Settings } from "./contract/variables";
import type { EngineRegistry } from "./engines/registry";
import type { Log } from "./ports/log";
import type { SecretsManagerPort } from "./ports/secrets-manager";

/** Everything a rotation does to the outside world goes through these. */
export interface Ports {
  readonly secrets: SecretsManagerPort;
  readonly engines: EngineRegistry;
  readonly settings: Settings;
  readonly log: Log;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Milliseconds since some moment; never goes back. */
  readonly now: () => number;
}

/** One version of one secret on its way to AWSCURRENT, after the checks of event and version. */
export interface Rotation extends Ports {
  readonly secretArn: string;
  readonly versionId: string;
  readonly rotationToken: string | undefined;
  /** When the version was checked, by `now`. */
  readonly checkedAt: number;
  /** Versions by label, at the time of that check's DescribeSecret. */
  readonly currentVersionId: string | undefined;
  readonly previousVersionId: string | undefined;
  /** The newest version whose value this function wrote, whatever became of it. */
  readonly lastWrittenVersionId: string | undefined;
  /** The version before it that was overtaken. */
  readonly overtakenVersionId: string | undefined;
  readonly tags: ReadonlyMap<string, string>;
}

/** What a step did, for the log. */
export type Outcome = string;

export type Step = (rotation: Rotation) => Promise<Outcome>;
