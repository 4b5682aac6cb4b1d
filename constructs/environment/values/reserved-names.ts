import type { DatabaseEngine } from "../../database/database";

/** Names that the engine or Amazon RDS is known to keep for itself: refused, or taken from the start. */
interface ReservedNames {
  readonly roles: readonly string[];
  /** Beginnings, in any case, of roles that nobody may be made a member of (see `engines/mysql/group-roles.ts`). */
  readonly groups: readonly string[];
  /** Beginnings of names under which no user can be made; members of such a role are allowed. */
  readonly prefixes: readonly string[];
  /** What RDS refuses as MasterUsername besides. */
  readonly superusers: readonly string[];
  /** For MySQL a database is a schema. */
  readonly databases: readonly string[];
}

/**
 * RDS: User Guide, "Understanding predefined users"; what it refuses as MasterUsername, as tried for cfn-lint (pull
 * request 4425: `rdsadmin` everywhere, `admin` with PostgreSQL alone). It adds roles called `rds_…` with its releases.
 * PostgreSQL: documentation of CREATE ROLE (`pg_…`, `public`, `none`). Other key words are names there when quoted, as
 * they are by the rotation function.
 */
const RESERVED: Readonly<Record<DatabaseEngine, ReservedNames>> = {
  "aurora-postgresql": {
    roles: ["public", "none", "rdsadmin", "rdsproxyadmin"],
    groups: [],
    prefixes: ["pg_", "rds_"],
    superusers: ["admin", "user"],
    databases: ["template0", "template1", "rdsadmin", "default", "admin"],
  },
  "aurora-mysql": {
    roles: ["rdsadmin", "rdsrepladmin", "rdsproxyadmin"],
    groups: ["rds_", "aws_"],
    prefixes: ["rds_"],
    superusers: ["root"],
    databases: ["mysql", "sys", "information_schema", "performance_schema", "default"],
  },
};

/** What the RDS console calls a superuser unless told otherwise. */
export const USUAL_SUPERUSER: Readonly<Record<DatabaseEngine, string>> = {
  "aurora-postgresql": "postgres",
  "aurora-mysql": "admin",
};

function isRole(engine: DatabaseEngine, name: string): boolean {
  return RESERVED[engine].roles.includes(name);
}

/** Whether nobody can be, or may be made, a member of a role of this name. */
export function isReservedRole(engine: DatabaseEngine, name: string): boolean {
  return (
    isRole(engine, name) || RESERVED[engine].groups.some((start) => name.toLowerCase().startsWith(start))
  );
}

/** Whether no user of this name can be made. */
export function isReservedUser(engine: DatabaseEngine, name: string): boolean {
  return isRole(engine, name) || RESERVED[engine].prefixes.some((prefix) => name.startsWith(prefix));
}

/** Whether RDS makes no cluster with a superuser of this name. */
export function isReservedSuperuser(engine: DatabaseEngine, name: string): boolean {
  return isReservedUser(engine, name) || RESERVED[engine].superusers.includes(name);
}

/** Whether there is a database of this name from the start. */
export function isReservedDatabase(engine: DatabaseEngine, name: string): boolean {
  return RESERVED[engine].databases.includes(engine === "aurora-mysql" ? name.toLowerCase() : name);
}
