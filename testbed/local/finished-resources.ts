const DONE = /\b((?:aws|vault)_\w+)\.\S+.*: (?:Creation|Destruction) complete after (?:(\d+)m)?(\d+)s/;

/** From and until when Terraform worked at something, in milliseconds. */
type Span = readonly [from: number, until: number];

/** What Terraform has done so far. */
export interface FinishedResources {
  readonly resources: number;
  /** When the provider waited for Aurora's clusters and instances, which on the emulator are nothing but a wait. */
  readonly databaseWaits: readonly Span[];
}

export const NOTHING_FINISHED: FinishedResources = { resources: 0, databaseWaits: [] };

/** Adds what a line of Terraform's output says that is made or gone; the same object if it says nothing of the kind. */
export function withLine(done: FinishedResources, line: string, now: number): FinishedResources {
  const match = DONE.exec(line);
  if (!match) return done;
  const [, type, minutes = "0", rest = "0"] = match;
  const durationMs = (Number(minutes) * 60 + Number(rest)) * 1000;
  const isDatabase = type === "aws_rds_cluster" || type === "aws_rds_cluster_instance";
  const waits: readonly Span[] = isDatabase ? [[now - durationMs, now]] : [];
  return { resources: done.resources + 1, databaseWaits: [...done.databaseWaits, ...waits] };
}

/** How long the provider waited for at least one of the databases: they are made at the same time. */
export function databaseWaitMs({ databaseWaits }: FinishedResources): number {
  let waited = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const [from, until] of [...databaseWaits].sort(([a], [b]) => a - b)) {
    waited += Math.max(0, until - Math.max(from, end));
    end = Math.max(end, until);
  }
  return waited;
}
