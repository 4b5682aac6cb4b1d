import { arnChecks } from "./arn-checks";
import { backendChecks, deploysNative } from "./backend-checks";
import { databaseChecks } from "./database-checks";
import { privilegeChecks } from "./privilege-checks";
import { broken, type Problem } from "./problem";
import type { Sections } from "./schema";
import type { Mentioned } from "./sections";
import { userChecks } from "./user-checks";
import { vaultChecks } from "./vault-checks";

/** Rules that tie one section to another; a rule about a section that is wrong by itself waits for it. */
export function crossChecks(sections: Sections, mentioned: Mentioned): Problem[] {
  return [
    zonesAreInRegion,
    networkHoldsDatabase,
    networkSpansZones,
    ...arnChecks,
    namesDiffer,
    ...userChecks,
    ...backendChecks(mentioned),
    ...vaultChecks(mentioned.readNames),
    ...privilegeChecks,
    subnetsDiffer,
    consumersReadKnown(mentioned.secretNames),
    consumerNamesAreFree,
    consumersSpeakPostgresql,
    ...databaseChecks,
    providerIsPinned,
  ].flatMap((check) => check(sections));
}

function zonesAreInRegion({ network, region }: Sections): Problem[] {
  if (network?.kind !== "created" || !region) return [];
  return network.zones.flatMap((zone, index) =>
    zone.slice(0, -1) === region
      ? []
      : [
          broken(
            ["network", "zones", index],
            zone,
            `must be a zone of region ${region}`,
            `write for example "${region}a"`,
          ),
        ],
  );
}

function networkHoldsDatabase({ network, database }: Sections): Problem[] {
  if (network?.kind !== "created" || database?.kind !== "adopted") return [];
  const rule = "an adopted database stays in its own VPC, so that VPC must be adopted too";
  return [
    broken(
      ["network", "kind"],
      network.kind,
      rule,
      'write "adopted" and the vpcId and subnetIds of the database',
    ),
  ];
}

function networkSpansZones({ network, database }: Sections): Problem[] {
  if (network?.kind !== "adopted" || database?.kind !== "created" || network.subnetIds.length > 1) return [];
  const rule = "a created database needs subnets in at least two availability zones";
  return [broken(["network", "subnetIds"], network.subnetIds, rule, "name a subnet of another zone too")];
}

function namesDiffer({ secrets = [], consumers = [] }: Sections): Problem[] {
  const repeatedIn = (section: string, names: string[]) =>
    names.flatMap((name, index) =>
      names.indexOf(name) < index
        ? [
            broken(
              [section, index, "name"],
              name,
              `two ${section} cannot have the same name`,
              "choose another name",
            ),
          ]
        : [],
    );
  return [
    ...repeatedIn(
      "secrets",
      secrets.map(({ name }) => name),
    ),
    ...repeatedIn(
      "consumers",
      consumers.map(({ name }) => name),
    ),
  ];
}

function consumersReadKnown(names: readonly string[]) {
  const [first] = names;
  const rule = `must be the name of a secret${first ? `: ${names.join(", ")}` : ", and there is none"}`;
  const fix = first ? `write "${first}"` : "add it to secrets, or remove the consumer";
  return (sections: Sections): Problem[] =>
    (sections.consumers ?? []).flatMap(({ secret }, index) =>
      names.includes(secret) || !deploysNative(sections)
        ? []
        : [broken(["consumers", index, "secret"], secret, rule, fix)],
    );
}

/** Behind the prefix, a consumer's name names its function and role, as these do. */
const OWN_NAMES = ["rotation", "flow-logs", "rds-monitoring"];

function consumerNamesAreFree({ consumers = [] }: Sections): Problem[] {
  const rule = `${OWN_NAMES.join(", ")} end the names of an environment's own function and roles`;
  const taken = (name: string) => OWN_NAMES.some((own) => name === own || name.endsWith(`-${own}`));
  return consumers.flatMap(({ name }, index) =>
    taken(name) ? [broken(["consumers", index, "name"], name, rule, "choose another name")] : [],
  );
}

function providerIsPinned({ emulator, providerVersion }: Sections): Problem[] {
  if (!providerVersion || emulator) return [];
  const rule = "only an environment with an emulator may choose another provider version than the pinned one";
  return [
    broken(
      ["providerVersion"],
      providerVersion,
      rule,
      "remove it, or change the version of @cdktf/provider-aws in package.json",
    ),
  ];
}

function subnetsDiffer({ network }: Sections): Problem[] {
  if (network?.kind !== "adopted" || new Set(network.subnetIds).size === network.subnetIds.length) return [];
  return [
    broken(
      ["network", "subnetIds"],
      network.subnetIds,
      "subnets must differ, one of each zone",
      "remove the repeated subnet",
    ),
  ];
}

function consumersSpeakPostgresql({ database, consumers = [] }: Sections): Problem[] {
  if (database?.engine !== "aurora-mysql" || consumers.every(({ runtime }) => runtime?.startsWith("python")))
    return [];
  const rule = "the Node samples connect to PostgreSQL only";
  return [
    broken(
      ["consumers"],
      consumers,
      rule,
      "remove them; your own functions may read the secrets all the same",
    ),
  ];
}
