import type { Environment } from "../../../constructs/environment";
import { NODE_NAMESPACE } from "../../../constructs/vault/server/node/metrics";
import { SNAPSHOT_PREFIX, vaultServerNames } from "../../../constructs/vault/server/node/names";
import { administrator, role, service } from "../callers";
import type { Caller } from "../decide";
import type { Deployed } from "../deployed";
import { byCodeOf, fromVpc } from "./conditions";
import { keyIsUsed, type NeededCall, type NeededCalls, of, RECORDED } from "./needed-call";

const AUTH = 'Vault documentation, "AWS auth method"';
const SESSIONS = 'AWS Systems Manager User Guide, "Add Session Manager permissions to an existing IAM role"';
const VOLUMES = 'Amazon EBS User Guide, "How Amazon EBS encryption works"';

/** What Vault calls for the logins of functions, and a created server's nodes for themselves. */
export function callsWithVault(calls: NeededCalls, environment: Environment): void {
  if (!environment.backends.includes("vault")) return;
  loginsAreChecked(calls, environment);
  rolesAreLookedUp(calls, environment);
  if (calls.deployed.resources.some(({ stack }) => stack.endsWith("-vault-server")))
    nodesWork(calls, environment);
}

/** The request is the function's own, which Vault sends on. A function logs in that reads from Vault. */
function loginsAreChecked(calls: NeededCalls, environment: Environment): void {
  const { deployed } = calls;
  const { namePrefix, functions, databases, backends, fallback } = environment;
  const through = deployed.endpoint("vault-server", "sts") ?? deployed.endpoint("vault", "sts");
  const readsFromVault = backends[0] === "vault";
  const checks = Object.keys(databases).map((name) => `${name}-health`);
  const readers = [...functions.map(({ name }) => name), ...(readsFromVault || fallback ? checks : [])].map(
    (name) => `${namePrefix}-${name}`,
  );
  for (const { name, roleArn } of deployed.functions.filter(({ name: one }) => readers.includes(one)))
    calls.add(
      readsFromVault ? RECORDED : "a function that will read from Vault",
      role(deployed, roleArn),
      "sts:GetCallerIdentity",
      "*",
      { through, context: byCodeOf(name, deployed) },
    );
}

function rolesAreLookedUp(calls: NeededCalls, { namePrefix, functions, vault }: Environment): void {
  const { deployed } = calls;
  const credentials = vault?.auth.awsCredentials ?? { kind: "none" };
  if (credentials.kind === "none") return;
  const arn =
    credentials.kind === "iam-user"
      ? String(deployed.ofType("aws_iam_user")[0]?.values.arn)
      : deployed.roleArn(credentials.roleName);
  for (const { name } of functions)
    calls.add(AUTH, role(deployed, arn), "iam:GetRole", deployed.roleArn(`${namePrefix}-${name}`));
}

export function nodeRoleArn({ namePrefix }: Environment, deployed: Deployed): string {
  return deployed.roleArn(`${namePrefix}-vault-node`);
}

function nodesWork(calls: NeededCalls, environment: Environment): void {
  const { deployed } = calls;
  const { namePrefix } = environment;
  const roleArn = nodeRoleArn(environment, deployed);
  const self = role(deployed, roleArn);
  const fromNetwork = fromVpc(environment, deployed);
  const by = (name: string, context: Record<string, string> = {}) => ({
    through: deployed.endpoint("vault-server", name),
    context: { ...fromNetwork, ...context },
  });
  const key = (alias: string) => keyOf(calls, `alias/${alias}`);
  const bucket = `arn:aws:s3:::${namePrefix}-vault-${deployed.account}-${deployed.region}`;
  calls.add(
    'Amazon EC2 User Guide, "IAM roles for Amazon EC2"',
    service("ec2.amazonaws.com"),
    "sts:AssumeRole",
    roleArn,
  );
  const seal = ["kms:Encrypt", "kms:Decrypt", "kms:DescribeKey"];
  calls.add(RECORDED, self, seal, key(`${namePrefix}-vault-seal`), by("kms"));
  calls.add(RECORDED, self, "s3:GetObject", `${bucket}/vault-server/server-0000`, by("s3"));
  calls.add(RECORDED, self, "s3:PutObject", `${bucket}/${SNAPSHOT_PREFIX}/2026-11-28.snap`, by("s3"));
  calls.add(RECORDED, self, "s3:ListBucket", bucket, by("s3", { "s3:prefix": `${SNAPSHOT_PREFIX}/` }));
  certificateIsRead(calls, self, vaultServerNames(namePrefix).certificateSecret, by("secretsmanager"));
  const auditLog = deployed
    .ofType("aws_cloudwatch_log_group")
    .find(({ stack }) => stack.endsWith("-vault-server"))?.values;
  calls.add(
    RECORDED,
    self,
    ["logs:CreateLogStream", "logs:PutLogEvents"],
    deployed.arn("logs", `log-group:${auditLog?.name}:log-stream:node-1`),
    by("logs"),
  );
  calls.add(
    RECORDED,
    self,
    "cloudwatch:PutMetricData",
    "*",
    by("monitoring", { "cloudwatch:namespace": NODE_NAMESPACE }),
  );
  calls.add(SESSIONS, self, "ssm:UpdateInstanceInformation", "*", by("ssm"));
  const sessions = ["CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel"];
  calls.add(SESSIONS, self, of("ssmmessages", ...sessions), "*", by("ssmmessages"));
  const operator = administrator(deployed);
  keyIsUsed(calls, operator, VOLUMES, key(`${namePrefix}-vault`), {
    service: "ec2",
    actions: ["Decrypt", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo"],
  });
  calls.add("npm run vault:artifact", operator, "s3:PutObject", `${bucket}/vault-server/server-0000`);
  calls.add(
    "npm run vault:restore",
    operator,
    "s3:GetObject",
    `${bucket}/${SNAPSHOT_PREFIX}/2026-11-28.snap`,
  );
}

/** Whichever key it has: here one of the account that nothing else is known of. */
function certificateIsRead(
  calls: NeededCalls,
  self: Caller,
  name: string,
  way: Pick<NeededCall, "through" | "context">,
): void {
  const { deployed } = calls;
  const { arn } = deployed.secret(name);
  calls.add(RECORDED, self, "secretsmanager:GetSecretValue", arn, way);
  calls.add(
    'AWS Secrets Manager User Guide, "Secret encryption and decryption"',
    self,
    "kms:Decrypt",
    deployed.arn("kms", "key/00000000-0000-4000-8000-00000000cafe"),
    {
      context: {
        "kms:ViaService": `secretsmanager.${deployed.region}.amazonaws.com`,
        "kms:EncryptionContext:SecretARN": arn,
      },
    },
  );
}

function keyOf({ deployed }: NeededCalls, alias: string): string {
  const { target_key_id: id } = deployed.only("aws_kms_alias", { name: alias });
  return deployed.only("aws_kms_key", { key_id: id }).arn;
}
