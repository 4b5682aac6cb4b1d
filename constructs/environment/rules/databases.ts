import { ENGINE_SETTINGS } from "../database/engine-settings";
import { broken, type Problem } from "./problem";
import { isReservedDatabase, isReservedSuperuser } from "./reserved-names";
import type { Sections } from "./schema";

export const databaseChecks = [databaseNamesAreFree, versionIsOfItsEngine, classHasInsights];

function databaseNamesAreFree({ database }: Sections): Problem[] {
  if (database?.kind !== "created") return [];
  const { engine, superuserName, databaseName } = database;
  const fault = (key: string, name: string) =>
    broken(
      ["database", key],
      name,
      `"${name}" is kept by RDS or the engine for itself`,
      "choose another name",
    );
  return [
    ...(isReservedSuperuser(engine, superuserName) ? [fault("superuserName", superuserName)] : []),
    ...(isReservedDatabase(engine, databaseName) ? [fault("databaseName", databaseName)] : []),
  ];
}

/** MySQL's version alone, without Aurora's, is not exact. */
function versionIsOfItsEngine({ database }: Sections): Problem[] {
  if (database?.kind !== "created") return [];
  const { engine, engineVersion } = database;
  if (engineVersion.includes("mysql_aurora") === (engine === "aurora-mysql")) return [];
  const example = engine === "aurora-mysql" ? "8.0.mysql_aurora.3.10.0" : "16.8";
  return [
    broken(
      ["database", "engineVersion"],
      engineVersion,
      `must be an exact version of ${engine}`,
      `write for example "${example}"`,
    ),
  ];
}

function classHasInsights({ database }: Sections): Problem[] {
  if (database?.kind !== "created" || database.capacity.kind === "serverless") return [];
  const { engine, capacity } = database;
  if (!ENGINE_SETTINGS[engine].classesWithoutInsights?.test(capacity.instanceClass)) return [];
  return [
    broken(
      ["database", "capacity", "instanceClass"],
      capacity.instanceClass,
      `must be a class that has Performance Insights with ${engine}`,
      'write for example "db.t4g.medium"',
    ),
  ];
}
