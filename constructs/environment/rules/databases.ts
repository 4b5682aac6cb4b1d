import { regionsWithAuthorities } from "../../../lambda/database-tls/contract/rds-authorities";
import { ENGINE_SETTINGS } from "../../database/engine-settings";
import { isAtLeast, majorVersion } from "../../database/engine-versions";
import { isReservedDatabase, isReservedSuperuser } from "../values/engine-names";
import { authorityBundleUrl, regionOfHost, whyNoWriterEndpoint, writerEndpointFor } from "../values/rds";
import type { Draft } from "./draft";
import { adoptedDatabases, createdDatabases, databases, repeated, setting } from "./places";
import { type Rule, rule } from "./rule";

const EXAMPLE_VERSION = { "aurora-postgresql": "16.8", "aurora-mysql": "8.0.mysql_aurora.3.10.0" };

export const databaseRules: readonly Rule[] = [
  rule(setting(createdDatabases, "superuserName"), {
    holds: ({ got, section: { engine } }) => !isReservedSuperuser(engine, got),
    must: ({ got }) => `"${got}" is kept by RDS or the engine for itself`,
    fix: "choose another name",
  }),
  rule(setting(createdDatabases, "databaseName"), {
    holds: ({ got, section: { engine } }) => !isReservedDatabase(engine, got),
    must: ({ got }) => `"${got}" is kept by RDS or the engine for itself`,
    fix: "choose another name",
  }),
  // MySQL's version alone, without Aurora's, is not exact.
  rule(setting(createdDatabases, "engineVersion"), {
    holds: ({ got, section: { engine } }) => got.includes("mysql_aurora") === (engine === "aurora-mysql"),
    must: ({ section: { engine } }) => `must be an exact version of ${engine}`,
    fix: ({ section: { engine } }) => `write for example "${EXAMPLE_VERSION[engine]}"`,
  }),
  rule(
    (draft) =>
      createdDatabases(draft).flatMap(({ path, section: { engine, capacity } }) =>
        capacity.kind === "provisioned"
          ? [{ path: [...path, "capacity", "instanceClass"], got: capacity.instanceClass, engine }]
          : [],
      ),
    {
      holds: ({ got, engine }) => !ENGINE_SETTINGS[engine].classesWithoutInsights?.test(got),
      must: ({ engine }) => `must be a class that has Performance Insights with ${engine}`,
      fix: 'write for example "db.t4g.medium"',
    },
  ),
  rule(setting(createdDatabases, "backupRetentionDays"), {
    holds: ({ section: { awsBackup } }) => !awsBackup,
    must: "is set by AWS Backup where awsBackup is true",
    fix: "remove it, or awsBackup",
  }),
  rule(capacities("minAcu", "pausesFrom"), {
    holds: ({ got, least, section: { engineVersion } }) => got > 0 || isAtLeast(engineVersion, least),
    must: ({ section, least }) =>
      `must be 0.5 or more with ${section.engineVersion}, which cannot pause; ${least} can`,
    fix: ({ least }) => `write 0.5, or a version from ${least} on`,
  }),
  rule(capacities("maxAcu", "above128From"), {
    holds: ({ got, least, section: { engineVersion } }) => got <= 128 || isAtLeast(engineVersion, least),
    must: ({ section, least }) => `must be at most 128 with ${section.engineVersion}; ${least} has up to 256`,
    fix: ({ least }) => `write 128, or a version from ${least} on`,
  }),
  // Every connection would fail, after a complete deployment.
  rule(withoutAuthority, {
    must: ({ region }) =>
      `is required in ${region}: functions have no root of Amazon RDS in that region with them`,
    fix: ({ region }) =>
      `download ${authorityBundleUrl(region)} to the folder of this file, and write "./${region}-bundle.pem"`,
  }),
  rule(
    (draft) =>
      setting(
        adoptedDatabases,
        "host",
      )(draft).flatMap((host) => {
        const why = whyNoWriterEndpoint(host.got);
        return why ? [{ ...host, why }] : [];
      }),
    { must: ({ why }) => why, fix: ({ got }) => writerEndpointFor(got) },
  ),
  // Two rotation functions would change the passwords of one cluster's users.
  ...(["clusterResourceId", "host"] as const).map((key) =>
    rule(repeated(setting(adoptedDatabases, key)), {
      must: "is that of another database already; each cluster has one entry",
      fix: "correct one of them, or remove an entry and name the other in its secrets",
    }),
  ),
];

/** Capacities without servers that not every version of the engine has. */
function capacities(key: "minAcu" | "maxAcu", from: "pausesFrom" | "above128From") {
  return (draft: Draft) =>
    createdDatabases(draft).flatMap(({ path, section }) => {
      const { engine, engineVersion, capacity } = section;
      const least = majorVersion(engine, engineVersion)?.[from];
      return capacity.kind === "serverless" && least
        ? [{ path: [...path, "capacity", key], got: capacity[key], least, section }]
        : [];
    });
}

/** Databases of a region that functions do not know the roots of. */
function withoutAuthority({ region, ...draft }: Draft) {
  if (region === undefined) return [];
  return databases({ ...draft, region }).flatMap(({ path, section }) => {
    const ofHost = section.kind === "adopted" ? regionOfHost(section.host) : undefined;
    const itsRegion = ofHost ?? region;
    return section.certificateAuthorityFile !== undefined || regionsWithAuthorities().has(itsRegion)
      ? []
      : [{ path: [...path, "certificateAuthorityFile"], got: undefined, region: itsRegion }];
  });
}
