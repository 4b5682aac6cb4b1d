import { DatabaseCommandError } from "../../support/errors";
import { quote } from "../../support/text";
import type { SqlConnection } from "../sql-connection";
import { resetParameter, setParameter } from "./sql";

/** What `ALTER ROLE ... [IN DATABASE ...] SET` left for later sessions. */
interface Setting {
  readonly role: string;
  /** Null: in all of them. */
  readonly database: string | null;
  readonly name: string;
  /** As the server keeps it. */
  readonly value: string;
}

/**
 * Gives a twin the settings of the user, and no others: they go by who logs in, so a twin that works as the user does
 * not get them from it. Its own `role` stays, which is what it works as the user by (see `twins.ts`). Runs in a
 * transaction.
 *
 * @returns the names of those that the session's user may not make, such as a parameter of an application that a true
 *   superuser set; without values, since some applications keep keys in settings.
 */
export async function copySettings(
  connection: SqlConnection,
  user: string,
  twin: string,
): Promise<readonly string[]> {
  const rows = await connection.run("read settings of roles", SETTINGS, [user, twin]);
  const settings = rows as unknown as readonly Setting[];
  const wanted = settings.filter(({ role }) => role === user);
  const present = settings.filter(({ role }) => role === twin);
  const isSame = (one: Setting, other: Setting) => one.database === other.database && one.name === other.name;

  const refused: string[] = [];
  const change = async ({ database, name }: Setting, sql: string): Promise<void> => {
    const intent = `give the setting ${quote(name)} of ${quote(user)} to ${quote(twin)}`;
    await connection.run(intent, "SAVEPOINT setting");
    try {
      await connection.run(intent, sql);
    } catch (error) {
      if (!(error instanceof DatabaseCommandError)) throw error;
      await connection.run(intent, "ROLLBACK TO SAVEPOINT setting");
      refused.push(database === null ? name : `${name} in the database ${database}`);
    }
  };
  for (const one of present) {
    if (!wanted.some((other) => isSame(one, other))) {
      await change(one, resetParameter(twin, one.database, one.name));
    }
  }
  for (const one of wanted) {
    if (present.some((other) => isSame(one, other) && one.value === other.value)) continue;
    const values = LISTS_OF_NAMES.has(one.name) ? splitNames(one.value) : [one.value];
    await change(one, setParameter(twin, one.database, one.name, values));
  }
  return refused;
}

const SETTINGS = `
  SELECT r.rolname AS role, d.datname AS database, split_part(c, '=', 1) AS name,
         substr(c, strpos(c, '=') + 1) AS value
  FROM pg_db_role_setting s
  JOIN pg_roles r ON r.oid = s.setrole
  LEFT JOIN pg_database d ON d.oid = s.setdatabase,
  unnest(s.setconfig) c
  WHERE r.rolname IN ($1, $2) AND split_part(c, '=', 1) <> 'role'
  ORDER BY database, name`;

/**
 * Parameters whose value is a list of names, which the server keeps quoted (GUC_LIST_QUOTE in its source,
 * guc_tables.c); given back as one text, the whole list would be one name. A role can have no others of that kind.
 */
const LISTS_OF_NAMES = new Set([
  "search_path",
  "temp_tablespaces",
  "session_preload_libraries",
  "local_preload_libraries",
]);

/** The names of a list such as `"$user", public`. */
export function splitNames(list: string): string[] {
  return [...list.matchAll(/"((?:[^"]|"")*)"|([^\s,"]+)/g)].map(
    ([, quoted, plain = ""]) => quoted?.replaceAll('""', '"') ?? plain,
  );
}
