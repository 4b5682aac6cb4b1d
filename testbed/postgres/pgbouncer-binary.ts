import { findOnPath } from "../../scripts/machine/executables";

export const PGBOUNCER_HINT = "install Debian's package pgbouncer (.ci/run does) and have /usr/sbin on PATH";

export function findPgBouncer(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  return findOnPath("pgbouncer", environment.PATH);
}
