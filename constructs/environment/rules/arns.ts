import { Account } from "../../contracts/account";
import type { Path } from "../problems/problem";
import type { Draft } from "./draft";
import { adoptedDatabases } from "./places";
import { type Place, type Rule, rule } from "./rule";

interface NamedArn extends Place {
  readonly got: string;
  readonly region: string;
  readonly account: string | undefined;
  /** Where it must be: the policies made here reach no farther, nor Lambda for its layers, nor S3 for its keys. */
  readonly within: readonly ("account" | "region")[];
}

/** Where the things are that the file names by ARN. */
export const arnRules: readonly Rule[] = [
  rule({
    where: arnsOf,
    holds: isInPartition,
    must: ({ region }) => `must be in partition ${partitionOf(region)}, as region ${region} is`,
    fix: ({ region }) => `write "arn:${partitionOf(region)}:…"`,
  }),
  rule({
    where: (draft) => arnsOf(draft).filter(isInPartition),
    holds: ({ got, region, account, within }) => {
      const [, , , arnRegion, arnAccount] = got.split(":");
      return (
        (!within.includes("region") || arnRegion === region) &&
        (!within.includes("account") || account === undefined || arnAccount === account)
      );
    },
    must: (arn) => `must be of ${arn.within.map((bound) => `${bound} ${arn[bound]}`).join(" and ")}`,
    fix: ({ within }) => `name one there, or correct ${within.map((bound) => `\`${bound}\``).join(" and ")}`,
  }),
];

function isInPartition({ got, region }: NamedArn): boolean {
  return got.split(":")[1] === partitionOf(region);
}

function partitionOf(region: string): string {
  return new Account("", region).partition;
}

function arnsOf(draft: Draft): NamedArn[] {
  const { state, deployers = [], native, vault, functions = [], region, account } = draft;
  if (!region) return [];
  const s3 = state?.kind === "s3" ? state : undefined;
  const named = (within: NamedArn["within"], got: string | undefined, path: Path, home = region) =>
    got?.startsWith("arn:") ? [{ path, got, region: home, account, within }] : [];
  const layers = (arns: Readonly<Record<string, string | undefined>> = {}, ...path: Path) =>
    Object.entries(arns).flatMap(([key, arn]) => named(["region"], arn, [...path, key]));
  return [
    ...named(["region"], s3?.kmsKeyId, ["state", "kmsKeyId"], s3?.region),
    ...adoptedDatabases(draft).flatMap(({ path, database }) => [
      ...named(["account", "region"], database.superuserSecretArn, [...path, "superuserSecretArn"]),
      ...named(["region"], database.superuserSecretKeyArn, [...path, "superuserSecretKeyArn"]),
    ]),
    ...deployers.flatMap((arn, index) => named(["account"], arn, ["deployers", index])),
    ...layers(native?.layerArns, "native", "layerArns"),
    ...layers(vault?.extension.layerArns, "vault", "extension", "layerArns"),
    ...functions.flatMap(({ layers }, index) =>
      layers.flatMap((arn, layer) => named(["region"], arn, ["functions", index, "layers", layer])),
    ),
  ];
}
