import { isOrigin } from "../../secret/origin";
import { quote } from "../../support/text";
import type { ForeignUsers, Opened, Pair } from "../engine";
import type { SqlConnection } from "../sql-connection";
import { commentOnRole } from "./sql";
import { areTwins } from "./twins";

/** A role whose comment is not the origin asked for. */
interface Foreign {
  readonly role: string;
  /** The comment is the origin of another secret. */
  readonly isAnothers: boolean;
}

export async function findForeignUser(
  connection: SqlConnection,
  role: string,
  origin: string,
): Promise<ForeignUsers | undefined> {
  return describe(await foreignRoles(connection, role, origin), origin, []);
}

/**
 * What another secret has recorded stays its own, whoever knows the password. A membership that the superuser granted
 * shows AWS's twins.
 */
export async function findForeignPair(
  connection: SqlConnection,
  { user, alternate, origin }: Pair,
  { byCurrent }: Opened,
): Promise<ForeignUsers | undefined> {
  const users = await foreignRoles(connection, user, origin);
  const alternates = await foreignRoles(connection, alternate, origin);
  const isTwin =
    alternates.some(({ isAnothers }) => !isAnothers) && (await areTwins(connection, user, alternate));
  const tried =
    isTwin || alternates.every(({ isAnothers }) => isAnothers)
      ? []
      : ["the database: it does not show the two as a pair that AWS's function made"];
  // The alternate is the secret's, made as the twin of this user: so the user is, too, from then on.
  const isPartner =
    users.length > 0 && alternates.length === 0 && (await areTwins(connection, user, alternate));
  const foreign = [
    ...users.filter(({ isAnothers }) => isAnothers || (byCurrent !== user && !isPartner)),
    ...alternates.filter(({ isAnothers }) => isAnothers || !isTwin),
  ];
  return describe(foreign, origin, tried);
}

/** None or one. */
async function foreignRoles(connection: SqlConnection, role: string, origin: string): Promise<Foreign[]> {
  const rows = await connection.run(
    "read the comment on a role",
    "SELECT coalesce(shobj_description(oid, 'pg_authid'), '') AS comment FROM pg_roles WHERE rolname = $1",
    [role],
  );
  return rows
    .map(({ comment }) => String(comment))
    .filter((comment) => comment !== origin)
    .map((comment) => ({ role, isAnothers: isOrigin(comment) }));
}

function describe(
  foreign: readonly Foreign[],
  origin: string,
  tried: readonly string[],
): ForeignUsers | undefined {
  if (foreign.length === 0) return undefined;
  return {
    description: foreign
      .map(({ role, isAnothers }) => quote(role) + (isAnothers ? ", which is another secret's" : ""))
      .join(" and "),
    tried,
    handOverCommand: foreign.map(({ role }) => commentOnRole(role, origin)).join("; "),
  };
}
