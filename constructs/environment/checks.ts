import type * as z from "zod";
import { says } from "./rule";
import type { environmentSchema } from "./schema";

type Parsed = z.output<typeof environmentSchema>;
type Report = (path: PropertyKey[], rule: string, fix: string) => void;

const CLONE = "_clone";

/** Behind the prefix, a consumer's name names its function and role, as these do. */
const OWN_NAMES = ["rotation", "flow-logs", "rds-monitoring"];

/** Longest user name, in bytes: PostgreSQL reference "Identifiers" (63), MySQL reference "Account Names" (32). */
const LONGEST_USER = { "aurora-postgresql": 63, "aurora-mysql": 32 };

/** Rules that tie one part of an environment to another. */
export function checkEnvironment(environment: Parsed, context: z.core.$RefinementCtx<Parsed>): void {
  const report: Report = (path, rule, fix) =>
    context.addIssue({ code: "custom", path, message: says(rule, fix), input: environment });

  zonesAreInRegion(environment, report);
  networkHoldsDatabase(environment, report);
  engineIsRotated(environment, report);
  namesDiffer(environment, report);
  usersAreDistinct(environment, report);
  consumersReadKnownSecrets(environment, report);
  consumerNamesAreFree(environment, report);
  emulatorSettingsGoTogether(environment, report);
}

function zonesAreInRegion({ network, region }: Parsed, report: Report): void {
  if (network.kind !== "created") return;
  network.zones.forEach((zone, index) => {
    if (zone.slice(0, -1) !== region) {
      report(
        ["network", "zones", index],
        `must be a zone of region ${region}`,
        `write for example "${region}a"`,
      );
    }
  });
}

function networkHoldsDatabase({ network, database }: Parsed, report: Report): void {
  if (network.kind === "created" && database.kind === "adopted") {
    report(
      ["network", "kind"],
      "an adopted database stays in its own VPC, so that VPC must be adopted too",
      'write "adopted" and the vpcId and subnetIds of the database',
    );
  }
}

function engineIsRotated({ database }: Parsed, report: Report): void {
  if (database.engine === "aurora-mysql") {
    report(
      ["database", "engine"],
      "the rotation function speaks PostgreSQL only, so secrets of a MySQL cluster could not be rotated",
      'write "aurora-postgresql"',
    );
  }
}

function namesDiffer({ secrets, consumers }: Parsed, report: Report): void {
  repeated(secrets.map((secret) => secret.name)).forEach((index) => {
    report(["secrets", index, "name"], "two secrets cannot have the same name", "choose another name");
  });
  repeated(consumers.map((consumer) => consumer.name)).forEach((index) => {
    report(["consumers", index, "name"], "two consumers cannot have the same name", "choose another name");
  });
}

function usersAreDistinct({ secrets, database }: Parsed, report: Report): void {
  const longest = LONGEST_USER[database.engine];
  const taken = new Map<string, string>();
  secrets.forEach((secret, index) => {
    const alternates = secret.strategy === "alternating-users";
    for (const [key, user] of [
      ["user", secret.user],
      ["user", alternates ? `${secret.user}${CLONE}` : undefined],
      ["iamUser", secret.iamUser],
    ] as const) {
      if (user === undefined) continue;
      const owner = taken.get(user);
      if (owner) {
        report(
          ["secrets", index, key],
          `database user "${user}" belongs to ${owner} already; each user has one secret`,
          "choose another user name",
        );
      }
      taken.set(user, `secrets[${index}]`);
      if (Buffer.byteLength(user) > longest) {
        const room = longest - (alternates && key === "user" ? CLONE.length : 0);
        report(
          ["secrets", index, key],
          `a user of this secret may have at most ${room} characters`,
          "choose a shorter name",
        );
      }
    }
    if (alternates && secret.user.endsWith(CLONE)) {
      report(
        ["secrets", index, "user"],
        `alternating users are named <user> and <user>${CLONE}`,
        `leave "${CLONE}" out`,
      );
    }
  });
}

function consumersReadKnownSecrets({ secrets, consumers }: Parsed, report: Report): void {
  const names = secrets.map((secret) => secret.name);
  consumers.forEach((consumer, index) => {
    if (!names.includes(consumer.secret)) {
      report(
        ["consumers", index, "secret"],
        `must be the name of a secret: ${names.join(", ")}`,
        `write "${names[0]}"`,
      );
    }
  });
}

function consumerNamesAreFree({ consumers }: Parsed, report: Report): void {
  consumers.forEach((consumer, index) => {
    if (OWN_NAMES.includes(consumer.name)) {
      report(
        ["consumers", index, "name"],
        `${OWN_NAMES.join(", ")} name the environment's own function and roles`,
        "choose another name",
      );
    }
  });
}

function emulatorSettingsGoTogether({ emulator, providerVersion }: Parsed, report: Report): void {
  if (providerVersion && !emulator) {
    report(
      ["providerVersion"],
      "only an environment with an emulator may choose another provider version than the pinned one",
      "remove it, or change the version of @cdktf/provider-aws in package.json",
    );
  }
}

function repeated(values: readonly string[]): number[] {
  return values.flatMap((value, index) => (values.indexOf(value) < index ? [index] : []));
}
