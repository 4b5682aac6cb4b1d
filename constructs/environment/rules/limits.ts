import { Account } from "../../contracts/account";
import { attachStatements, writeLogStatement } from "../../functions/execution-policy";
import { type ReadableSecret, readStatements, userArns } from "../../native/read-statements";
import { secretPolicyStatements } from "../../native/secret-policy";
import { policyCharacters } from "../values/policy-size";
import type { Draft } from "./draft";
import { deploysNative, functions, once, root, secretsWithDatabase, setting } from "./places";
import { type Rule, rule } from "./rule";

/** AWS Identity and Access Management User Guide, "IAM and AWS STS quotas": all inline policies of a role together. */
const ROLE_CHARACTERS = 10_240;
/** AWS Secrets Manager User Guide, "AWS Secrets Manager quotas". */
const SECRET_POLICY_CHARACTERS = 20_480;

/** What AWS knows only after a deploy, as long as it will be. */
const UNKNOWN = {
  vpcId: `vpc-${"0".repeat(17)}`,
  keyId: "00000000-0000-0000-0000-000000000000",
  clusterResourceId: `cluster-${"A".repeat(26)}`,
  versionId: "00000000-0000-0000-0000-000000000000",
} as const;

/**
 * What an environment meets as it grows, and a deploy would meet half way. Only what AWS never raises is refused: an
 * environment that is deployed must load, or it could not even be destroyed (see stacks/quota-warnings.ts).
 */
export const limitRules: readonly Rule[] = [
  rule(setting(functions, "secrets"), {
    when: deploysNative,
    holds: ({ section }, draft) => roleCharacters(draft, section) <= ROLE_CHARACTERS,
    must: ({ section }, draft) =>
      `the policies of the function's role may have ${thousands(ROLE_CHARACTERS)} characters, and would have ` +
      `${thousands(roleCharacters(draft, section))} with ${section.secrets.length} secrets`,
    fix: ({ section }, draft) =>
      `have several functions read them; the first ${mostSecrets(draft, section)} fit here`,
  }),
  rule(setting(root, "deployers"), {
    when: deploysNative,
    holds: (_, draft) => secretPolicyCharacters(draft) <= SECRET_POLICY_CHARACTERS,
    must: (_, draft) =>
      `the policy of a secret may have ${thousands(SECRET_POLICY_CHARACTERS)} characters, and would have ` +
      `${thousands(secretPolicyCharacters(draft))} with these deployers and planners`,
    fix: "have them assume one role, and name that",
  }),
];

type FunctionSettings = ReturnType<typeof functions>[number]["section"];

/** The account's id does not change how long something is. */
const accountOf = ({ account = "0".repeat(12), region = "" }: Draft) => new Account(account, region);

const readableSecrets = once((draft) => {
  const account = accountOf(draft);
  return secretsWithDatabase(draft).map(({ section, database }): readonly [string, ReadableSecret] => {
    const name = `${draft.namePrefix}/${section.name}`;
    const cluster = database.kind === "adopted" ? database.clusterResourceId : UNKNOWN.clusterResourceId;
    const arn = account.arn("secretsmanager", `secret:${name}-AbCdEf`);
    return [section.name, { name, arn, userArns: userArns(account, cluster, section) }];
  });
});

/** Characters of the inline policies of a function's role; one that reads `secrets` of its own. */
export function roleCharacters(
  draft: Draft,
  { name, secrets }: Pick<FunctionSettings, "name" | "secrets">,
): number {
  const account = accountOf(draft);
  const called = `${draft.namePrefix}-${name}`;
  const known = new Map(readableSecrets(draft));
  const read = secrets.flatMap((secret) => known.get(secret) ?? []);
  const execution = [
    writeLogStatement(account.arn("logs", `log-group:/aws/lambda/${called}`)),
    ...attachStatements(account.arn("lambda", `function:${called}`)),
  ];
  const reading = readStatements({
    account,
    network: draft.network?.kind === "adopted" ? draft.network : UNKNOWN,
    keyArn: account.arn("kms", `key/${UNKNOWN.keyId}`),
    ofEach: (part) => read.flatMap(part),
  });
  return policyCharacters(execution) + policyCharacters(reading);
}

function mostSecrets(draft: Draft, { name, secrets }: FunctionSettings): number {
  return secrets.findIndex((_, index) => {
    const more = { name, secrets: secrets.slice(0, index + 1) };
    return roleCharacters(draft, more) > ROLE_CHARACTERS;
  });
}

function secretPolicyCharacters(draft: Draft): number {
  const { namePrefix, deployers = [], planners = [] } = draft;
  const longest = Object.keys(draft.databases ?? {}).reduce((a, b) => (b.length > a.length ? b : a), "");
  const account = accountOf(draft);
  return policyCharacters(
    secretPolicyStatements({
      account,
      rotationRoleArn: account.roleArn(`${namePrefix}-${longest}-rotation`),
      bootstrapVersionId: UNKNOWN.versionId,
      deployers,
      planners,
    }),
  );
}

const thousands = (count: number) => count.toLocaleString("en");
