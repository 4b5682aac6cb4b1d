import type { Settings } from "../environment";
import type { Path } from "../problems/problem";
import type { Draft } from "./draft";

type Database = Settings["databases"][string];
type Secret = Settings["secrets"][number];
type LambdaFunction = Settings["functions"][number];

/** The databases of a draft with their places. */
export function databasesOf({ databases = {} }: Draft): { path: Path; name: string; database: Database }[] {
  return Object.entries(databases).map(([name, database]) => ({ path: ["databases", name], name, database }));
}

export function createdDatabases(draft: Draft) {
  return databasesOf(draft).flatMap(({ database, ...place }) =>
    database.kind === "created" ? [{ ...place, database }] : [],
  );
}

export function adoptedDatabases(draft: Draft) {
  return databasesOf(draft).flatMap(({ database, ...place }) =>
    database.kind === "adopted" ? [{ ...place, database }] : [],
  );
}

/** The secrets of a draft with their places. */
export function secretsOf({ secrets = [] }: Draft): { path: Path; index: number; secret: Secret }[] {
  return secrets.flatMap((secret, index) => [{ path: ["secrets", index], index, secret }]);
}

/** The secrets whose database is right by itself. */
export function secretsWithDatabase(draft: Draft) {
  return secretsOf(draft).flatMap(({ secret, ...place }) => {
    const database = draft.databases?.[secret.database ?? ""];
    return database ? [{ ...place, secret, database }] : [];
  });
}

/** The functions of a draft with their places. */
export function functionsOf({ functions = [] }: Draft): { path: Path; lambda: LambdaFunction }[] {
  return functions.flatMap((lambda, index) => [{ path: ["functions", index], lambda }]);
}

/** Names of a list that an entry before has already. */
export function repeatedNames(list: readonly { readonly name: string }[] = [], section: string) {
  const first = new Map<string, number>();
  return list.flatMap(({ name }, index) => {
    if (!first.has(name)) first.set(name, index);
    return first.get(name) === index ? [] : [{ path: [section, index, "name"], got: name }];
  });
}

export function deploysNative({ backends }: Draft): boolean {
  return backends?.includes("native") ?? false;
}

export function deploysVault({ backends }: Draft): boolean {
  return backends?.includes("vault") ?? false;
}
