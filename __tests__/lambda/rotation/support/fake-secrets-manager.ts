import { randomUUID } from "node:crypto";
import {
  LAST_WRITTEN,
  type Move,
  OVERTAKEN,
  type SecretDescription,
  type SecretsManagerPort,
  type VersionReference,
} from "../../../../lambda/rotation/ports/secrets-manager";
import { SecretsManagerError } from "../../../../lambda/rotation/support/errors";

interface Version {
  value: string | undefined;
  readonly stages: Set<string>;
}

interface Secret {
  readonly versions: Map<string, Version>;
  readonly tags: Map<string, string>;
  rotationEnabled: boolean | undefined;
}

/**
 * Secrets Manager as its API Reference documents it, in memory: an empty AWSPENDING version before createSecret, a
 * version id and a stage that must match, no second value for a version, labels that move as a pair.
 */
export class FakeSecretsManager implements SecretsManagerPort {
  readonly #secrets = new Map<string, Secret>();
  /** Every value with a password that any version ever had. */
  readonly passwords = new Set<string>();
  /** Names of the port's calls, in order. */
  readonly calls: string[] = [];
  /** Runs before each call; a test throws from it, or has something else happen first. */
  before: (call: string) => void | Promise<void> = () => undefined;
  rotationTokens: (string | undefined)[] = [];

  create(value: object | string, tags: Record<string, string> = {}, name = `app-${randomUUID()}`): string {
    const arn = `arn:aws:secretsmanager:eu-central-1:111122223333:secret:${name}-AbCdEf`;
    this.#secrets.set(arn, {
      versions: new Map(),
      tags: new Map(Object.entries(tags)),
      rotationEnabled: true,
    });
    this.put(arn, value);
    return arn;
  }

  /** PutSecretValue without stages, as a human does it: AWSCURRENT moves here, and a running rotation is abandoned. */
  put(arn: string, value: object | string): string {
    const id = randomUUID();
    const text = typeof value === "string" ? value : JSON.stringify(value);
    this.#version(arn, id).value = text;
    this.#remember(text);
    this.#take(arn, "AWSPENDING");
    this.#moveCurrent(arn, id);
    return id;
  }

  /** RotateSecret: the version that the four steps get as ClientRequestToken. */
  startRotation(arn: string, id: string = randomUUID()): string {
    const { versions } = this.secret(arn);
    for (const { stages } of versions.values()) {
      if (stages.has("AWSPENDING") && !stages.has("AWSCURRENT")) {
        throw new Error("InvalidRequestException: a previous rotation isn't complete");
      }
      stages.delete("AWSPENDING");
    }
    this.#version(arn, id).stages.add("AWSPENDING");
    return id;
  }

  /** UpdateSecretVersionStage by a human: ends a rotation that would block every later one. */
  abandonRotation(arn: string): void {
    this.#take(arn, "AWSPENDING");
  }

  /** What the service does once finishSecret has returned. */
  completeRotation(arn: string): void {
    this.#take(arn, "AWSPENDING");
  }

  secret(arn: string): Secret {
    const secret = this.#secrets.get(arn);
    if (secret === undefined) throw new Error(`no secret ${arn}`);
    return secret;
  }

  /** The value at a stage, for assertions. */
  at(arn: string, stage: string): Record<string, string> {
    const version = [...this.secret(arn).versions.values()].find(({ stages }) => stages.has(stage));
    return JSON.parse(version?.value ?? "{}");
  }

  async describe(arn: string): Promise<SecretDescription> {
    await this.#call("describe");
    const secret = this.secret(arn);
    const labelled = [...secret.versions].filter(([, { stages }]) => stages.size > 0);
    return {
      arn,
      rotationEnabled: secret.rotationEnabled,
      stagesByVersion: new Map(labelled.map(([id, { stages }]) => [id, [...stages]])),
      tags: new Map(secret.tags),
    };
  }

  async getValue(arn: string, { id, stage }: VersionReference): Promise<string | undefined> {
    await this.#call(`getValue ${stage ?? "by id"}`);
    const versions = this.secret(arn).versions;
    const version =
      id === undefined ? [...versions.values()].find(({ stages }) => stages.has(stage)) : versions.get(id);
    if (version !== undefined && stage !== undefined && !version.stages.has(stage))
      throw refusal("InvalidRequestException");
    return version?.value;
  }

  async putPending(
    arn: string,
    { id, value, rotationToken }: { id: string; value: string; rotationToken: string | undefined },
  ): Promise<"stored" | "exists"> {
    await this.#call("putPending");
    this.rotationTokens.push(rotationToken);
    const version = this.#version(arn, id);
    if (version.value !== undefined && version.value !== value) return "exists";
    version.value = value;
    this.#remember(value);
    for (const label of ["AWSPENDING", LAST_WRITTEN]) {
      this.#take(arn, label);
      version.stages.add(label);
    }
    return "stored";
  }

  async moveCurrent(arn: string, { from, to }: Move): Promise<void> {
    await this.#call("moveCurrent");
    const current = [...this.secret(arn).versions].find(([, { stages }]) => stages.has("AWSCURRENT"))?.[0];
    if (current !== from) throw refusal("InvalidParameterException");
    this.#moveCurrent(arn, to);
  }

  async moveOvertaken(arn: string, { from, to }: Move): Promise<void> {
    await this.#call("moveOvertaken");
    const former = [...this.secret(arn).versions].find(([, { stages }]) => stages.has(OVERTAKEN))?.[0];
    if (former !== from) throw refusal("InvalidParameterException");
    this.#take(arn, OVERTAKEN);
    this.#version(arn, to).stages.add(OVERTAKEN);
  }

  #moveCurrent(arn: string, to: string): void {
    const former = this.#take(arn, "AWSCURRENT");
    if (former !== undefined) {
      this.#take(arn, "AWSPREVIOUS");
      former.stages.add("AWSPREVIOUS");
    }
    this.#version(arn, to).stages.add("AWSCURRENT");
  }

  #take(arn: string, stage: string): Version | undefined {
    return [...this.secret(arn).versions.values()].find(({ stages }) => stages.delete(stage));
  }

  #version(arn: string, id: string): Version {
    const { versions } = this.secret(arn);
    const version = versions.get(id) ?? { value: undefined, stages: new Set<string>() };
    versions.set(id, version);
    return version;
  }

  #remember(text: string): void {
    const password = /"password":("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
    if (password !== undefined) this.passwords.add(JSON.parse(password));
  }

  async #call(name: string): Promise<void> {
    this.calls.push(name);
    await this.before(name);
  }
}

function refusal(code: string): SecretsManagerError {
  return new SecretsManagerError({ problem: "labels do not match", code, remedy: "-" });
}
