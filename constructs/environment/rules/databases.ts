import { ENGINE_SETTINGS } from "../../database/engine-settings";
import { isReservedDatabase, isReservedSuperuser } from "../values/engine-names";
import type { Draft } from "./draft";
import { adoptedDatabases, createdDatabases, secretsOf } from "./places";
import { type Rule, rule } from "./rule";

const EXAMPLE_VERSION = { "aurora-postgresql": "16.8", "aurora-mysql": "8.0.mysql_aurora.3.10.0" };

export const databaseRules: readonly Rule[] = [
  rule({
    where: (draft) =>
      createdDatabases(draft).flatMap(({ path, database }) => [
        {
          path: [...path, "superuserName"],
          got: database.superuserName,
          isReserved: isReservedSuperuser(database.engine, database.superuserName),
        },
        {
          path: [...path, "databaseName"],
          got: database.databaseName,
          isReserved: isReservedDatabase(database.engine, database.databaseName),
        },
      ]),
    holds: ({ isReserved }) => !isReserved,
    must: ({ got }) => `"${got}" is kept by RDS or the engine for itself`,
    fix: "choose another name",
  }),
  // MySQL's version alone, without Aurora's, is not exact.
  rule({
    where: (draft) =>
      createdDatabases(draft).map(({ path, database: { engine, engineVersion } }) => ({
        path: [...path, "engineVersion"],
        got: engineVersion,
        engine,
      })),
    holds: ({ got, engine }) => got.includes("mysql_aurora") === (engine === "aurora-mysql"),
    must: ({ engine }) => `must be an exact version of ${engine}`,
    fix: ({ engine }) => `write for example "${EXAMPLE_VERSION[engine]}"`,
  }),
  rule({
    where: (draft) =>
      createdDatabases(draft).flatMap(({ path, database: { engine, capacity } }) =>
        capacity.kind === "provisioned"
          ? [{ path: [...path, "capacity", "instanceClass"], got: capacity.instanceClass, engine }]
          : [],
      ),
    holds: ({ got, engine }) => !ENGINE_SETTINGS[engine].classesWithoutInsights?.test(got),
    must: ({ engine }) => `must be a class that has Performance Insights with ${engine}`,
    fix: 'write for example "db.t4g.medium"',
  }),
  // Two rotation functions would change the passwords of one cluster's users.
  ...(["clusterResourceId", "host"] as const).map((key) =>
    rule({
      where: (draft: Draft) => {
        const databases = adoptedDatabases(draft);
        return databases.map(({ path, database }) => ({
          path: [...path, key],
          got: database[key],
          first: databases.find((other) => other.database[key] === database[key])?.name,
          name: path[1],
        }));
      },
      holds: ({ first, name }) => first === name,
      must: ({ first }) => `is that of the database "${first}" already; each cluster has one entry`,
      fix: "correct one of them, or remove an entry and name the other in its secrets",
    }),
  ),
  // Such a secret would be rotated with the password that it holds itself, and is not there for its own first rotation.
  rule({
    where: (draft) =>
      adoptedDatabases(draft).map(({ path, database: { superuserSecretArn } }) => ({
        path: [...path, "superuserSecretArn"],
        got: superuserSecretArn,
        secretName: superuserSecretArn.replace(/^.*:secret:|-\w{6}$/g, ""),
      })),
    holds: ({ secretName }, draft) =>
      !secretsOf(draft).some(({ secret }) => `${draft.namePrefix}/${secret.name}` === secretName),
    must: ({ secretName }) => `must not be a secret of this environment, as ${secretName} is`,
    fix: "name the secret of the superuser, or rename the entry of secrets",
  }),
];
