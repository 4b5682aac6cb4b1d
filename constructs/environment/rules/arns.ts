import { Account } from "../account";
import { broken, type Problem } from "./problem";
import type { Sections } from "./schema";

/** Rules about where what the file names is. */
export const arnChecks = [arnsAreInReach, superuserSecretIsNotOurs];

interface NamedArn {
  readonly path: PropertyKey[];
  readonly arn: string | undefined;
  /** @default - the environment's */
  readonly region?: string;
  /** What is out of reach in another place: of the policies made here, of Lambda for its layers, of S3 for its keys. */
  readonly bound: readonly ("account" | "region")[];
}

function arnsAreInReach(sections: Sections): Problem[] {
  if (!sections.region) return [];
  const { region: home, account } = sections;
  return arnsOf(sections).flatMap(({ path, arn, region = home, bound }) => {
    if (!arn?.startsWith("arn:")) return [];
    const [, partition, , arnRegion, arnAccount] = arn.split(":");
    const expected = new Account("", region).partition;
    if (partition !== expected)
      return [
        broken(
          path,
          arn,
          `must be in partition ${expected}, as region ${region} is`,
          `write "arn:${expected}:…"`,
        ),
      ];
    const elsewhere =
      (bound.includes("region") && arnRegion !== region) ||
      (bound.includes("account") && account !== undefined && arnAccount !== account);
    if (!elsewhere) return [];
    const places = { account: `account ${account}`, region: `region ${region}` };
    const rule = `must be of ${bound.map((place) => places[place]).join(" and ")}`;
    const named = bound.map((place) => `\`${place}\``).join(" and ");
    return [broken(path, arn, rule, `name one there, or correct ${named}`)];
  });
}

function arnsOf({ state, database, deployers = [], native, vault }: Sections): NamedArn[] {
  const adopted = database?.kind === "adopted" ? database : undefined;
  const s3 = state?.kind === "s3" ? state : undefined;
  return [
    { path: ["state", "kmsKeyId"], arn: s3?.kmsKeyId, region: s3?.region, bound: ["region"] },
    {
      path: ["database", "superuserSecretArn"],
      arn: adopted?.superuserSecretArn,
      bound: ["account", "region"],
    },
    {
      path: ["database", "superuserSecretKeyArn"],
      arn: adopted?.superuserSecretKeyArn,
      bound: ["region"],
    },
    ...deployers.flatMap((arn, index): NamedArn[] => [
      { path: ["deployers", index], arn, bound: ["account"] },
    ]),
    { path: ["native", "layerArn"], arn: native?.layerArn, bound: ["region"] },
    { path: ["vault", "extension", "layerArn"], arn: vault?.extension.layerArn, bound: ["region"] },
  ];
}

/** Such a secret would be rotated with the password that it holds itself, and is not there for its own first rotation. */
function superuserSecretIsNotOurs({ database, namePrefix, secrets = [] }: Sections): Problem[] {
  if (database?.kind !== "adopted" || !namePrefix) return [];
  const arn = database.superuserSecretArn;
  const name = arn.replace(/^.*:secret:|-\w{6}$/g, "");
  return secrets.some((secret) => `${namePrefix}/${secret.name}` === name)
    ? [
        broken(
          ["database", "superuserSecretArn"],
          arn,
          `must not be a secret of this environment, as ${name} is`,
          "name the secret of the superuser, or rename the entry of secrets",
        ),
      ]
    : [];
}
