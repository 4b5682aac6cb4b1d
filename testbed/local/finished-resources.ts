const DONE = /\b((?:aws|vault)_\w+)\.\S+.*: (?:Creation|Destruction) complete after (?:(\d+)m)?(\d+)s/;

/** What Terraform has done so far. */
export interface FinishedResources {
  readonly resources: number;
  /** What the provider waited for Aurora's cluster and instance, which on the emulator are nothing but a wait. */
  readonly databaseWaitMs: number;
}

/** Adds what a line of Terraform's output says that is made or gone; the same object if it says nothing of the kind. */
export function withLine(done: FinishedResources, line: string): FinishedResources {
  const finished = finishedResource(line);
  if (!finished) return done;
  const waited = finished.isDatabase ? finished.durationMs : 0;
  return { resources: done.resources + 1, databaseWaitMs: done.databaseWaitMs + waited };
}

/** Reads a line of Terraform's output that says that a resource is made or gone. */
export function finishedResource(line: string): { isDatabase: boolean; durationMs: number } | undefined {
  const match = DONE.exec(line);
  if (!match) return undefined;
  const [, type, minutes = "0", rest = "0"] = match;
  const isDatabase = type === "aws_rds_cluster" || type === "aws_rds_cluster_instance";
  return { isDatabase, durationMs: (Number(minutes) * 60 + Number(rest)) * 1000 };
}
