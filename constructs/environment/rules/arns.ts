import { Account } from "../../contracts/account";
import type { Draft } from "./draft";
import {
  adoptedDatabases,
  createdVaultServer,
  entries,
  functions,
  native,
  notifications,
  ofKind,
  root,
  rotation,
  setting,
  vaultExtension,
  within,
} from "./places";
import { type Place, type Rule, rule } from "./rule";

interface NamedArn extends Place {
  readonly got: string;
  readonly region: string;
  readonly account: string | undefined;
  /** Where it must be: the policies made here reach no farther, nor Lambda for its layers, nor S3 for its keys. */
  readonly within: readonly ("account" | "region")[];
}

const stateInS3 = ofKind(within(setting(root, "state")), "s3");

const ARNS: readonly (readonly [find: (draft: Draft) => readonly Place[], ...within: NamedArn["within"]])[] =
  [
    [setting(stateInS3, "kmsKeyId"), "region"],
    [setting(adoptedDatabases, "superuserSecretArn"), "account", "region"],
    [setting(adoptedDatabases, "superuserSecretKeyArn"), "region"],
    [setting(createdVaultServer, "certificateSecretArn"), "account", "region"],
    [entries(createdVaultServer, "operators"), "account"],
    [entries(root, "deployers"), "account"],
    [entries(root, "planners"), "account"],
    [setting(root, "permissionsBoundaryArn"), "account"],
    [entries(native, "layerArns"), "region"],
    [entries(vaultExtension, "layerArns"), "region"],
    [entries(functions, "layers"), "region"],
    [setting(notifications, "topicArn"), "region"],
    [setting(functions, "codeSigningConfigArn"), "account", "region"],
    [setting(rotation, "codeSigningConfigArn"), "account", "region"],
  ];

const KEPT_FROM_PLANNERS: readonly ((draft: Draft) => readonly Place[])[] = [
  setting(adoptedDatabases, "superuserSecretArn"),
  setting(createdVaultServer, "certificateSecretArn"),
];

/** Where the things are that the file names by ARN. */
export const arnRules: readonly Rule[] = [
  rule(namedArns, {
    holds: isInPartition,
    must: ({ region }) => `must be in partition ${partitionOf(region)}, as region ${region} is`,
    fix: ({ region }) => `write "arn:${partitionOf(region)}:…"`,
  }),
  rule((draft) => namedArns(draft).filter(isInPartition), {
    holds: ({ got, region, account, within }) => {
      const [, , , arnRegion, arnAccount] = got.split(":");
      const isElsewhere = {
        region: arnRegion !== region,
        account: account !== undefined && arnAccount !== account,
      };
      return !within.some((bound) => isElsewhere[bound]);
    },
    must: (arn) => `must be of ${arn.within.map((bound) => `${bound} ${arn[bound]}`).join(" and ")}`,
    fix: ({ within }) => `name one there, or correct ${within.map((bound) => `\`${bound}\``).join(" and ")}`,
  }),
  // Secrets that are made here have a policy that holds planners off; these have none of ours.
  rule((draft) => KEPT_FROM_PLANNERS.flatMap((find) => find(draft)), {
    holds: ({ got }, { namePrefix }) => !String(got).split(":")[6]?.startsWith(`${namePrefix}/`),
    must: (_, { namePrefix }) => `must not be below ${namePrefix}/, where planners may read all secrets`,
    fix: (_, { namePrefix }) => `copy the secret to a name that does not begin with ${namePrefix}/`,
  }),
];

function namedArns(draft: Draft): NamedArn[] {
  const { region, account, state } = draft;
  if (!region) return [];
  const stateRegion = (state?.kind === "s3" && state.region) || region;
  return ARNS.flatMap(([find, ...within]) =>
    find(draft).flatMap(({ path, got }) =>
      typeof got === "string" && got.startsWith("arn:")
        ? [{ path, got, region: path[0] === "state" ? stateRegion : region, account, within }]
        : [],
    ),
  );
}

function isInPartition({ got, region }: NamedArn): boolean {
  return got.split(":")[1] === partitionOf(region);
}

function partitionOf(region: string): string {
  return new Account("", region).partition;
}
