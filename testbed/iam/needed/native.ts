import type { Environment } from "../../../constructs/environment";
import { databaseUsers } from "../../../lambda/rotation/contract/rotated-user";
import { administrator, role, service } from "../callers";
import type { Deployed, DeployedSecret } from "../deployed";
import { byCodeOf, fromVpc, ofSecret } from "./conditions";
import { type NeededCalls, of, RECORDED } from "./needed-call";

/** What readers, rotation functions and Secrets Manager call, with secrets in Secrets Manager. */
export function callsWithNative(calls: NeededCalls, environment: Environment): void {
  if (!environment.backends.includes("native")) return;
  const { deployed } = calls;
  const through = deployed.endpoint("native", "secretsmanager");
  const inVpc = fromVpc(environment, deployed);
  const { namePrefix, secrets, functions } = environment;
  for (const { name, secrets: read } of functions) {
    const reader = role(deployed, deployed.roleArn(`${namePrefix}-${name}`));
    for (const settings of secrets.filter((secret) => read.includes(secret.name))) {
      const secret = deployed.secret(`${namePrefix}/${settings.name}`);
      const context = {
        ...ofSecret(secret),
        ...inVpc,
        ...byCodeOf(`${namePrefix}-${name}`, deployed),
      };
      calls.add(RECORDED, reader, "secretsmanager:GetSecretValue", secret.arn, { through, context });
      for (const user of databaseUsers(settings))
        calls.add(
          'Amazon Aurora User Guide, "Creating and using an IAM policy for IAM database access"',
          reader,
          "rds-db:connect",
          databaseUserArn(environment, settings.database, user, deployed),
        );
    }
  }
  for (const settings of secrets) {
    const rotation = deployed.function(`${namePrefix}-${settings.database}-rotation`);
    const self = role(deployed, rotation.roleArn);
    const secret = deployed.secret(`${namePrefix}/${settings.name}`);
    const context = { ...ofSecret(secret), ...inVpc, ...byCodeOf(rotation.name, deployed) };
    calls.add(
      RECORDED,
      self,
      of("secretsmanager", "DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage"),
      secret.arn,
      { through, context },
    );
    const superuser = superuserOf(environment, settings.database, deployed);
    calls.add(RECORDED, self, "secretsmanager:GetSecretValue", superuser.arn, {
      through,
      context: { ...ofSecret(superuser), ...inVpc, ...byCodeOf(rotation.name, deployed) },
    });
    calls.add(
      'AWS Secrets Manager User Guide, "Lambda rotation function execution role permissions"',
      service("secretsmanager.amazonaws.com"),
      "lambda:InvokeFunction",
      rotation.arn,
      { context: { "aws:SourceAccount": deployed.account } },
    );
  }
  secretsAreWritten(calls, environment);
  secretsArePlanned(calls, environment);
}

/** What a deployer is allowed by IAM, policies here do not say: it is taken for everything. */
function secretsAreWritten(calls: NeededCalls, { namePrefix, secrets, deployers }: Environment): void {
  const { deployed } = calls;
  const [deployer] = deployers;
  const by = deployer ? { ...administrator(deployed), arn: deployer } : administrator(deployed);
  for (const { name } of secrets) {
    const secret = deployed.secret(`${namePrefix}/${name}`);
    const context = ofSecret(secret);
    for (const action of ["CreateSecret", "UpdateSecret"])
      calls.add("who deploys", by, `secretsmanager:${action}`, secret.arn, { context });
    // It names no account, and must not be taken for somebody of another one.
    const itself = service("secretsmanager.amazonaws.com");
    calls.add("a rotation", itself, "secretsmanager:DescribeSecret", secret.arn, {
      context,
      alone: "resource",
    });
  }
}

/** A plan reads the version without a password, by its id. */
function secretsArePlanned(calls: NeededCalls, { namePrefix, secrets, planners }: Environment): void {
  const { deployed } = calls;
  const known = planners.filter((arn) => deployed.policies.some(({ of }) => of === arn));
  for (const arn of known)
    for (const { name } of secrets) {
      const secret = deployed.secret(`${namePrefix}/${name}`);
      const { version_id: id } = deployed.only("aws_secretsmanager_secret_version", {
        secret_id: secret.arn,
      });
      const context = { ...ofSecret(secret), "secretsmanager:VersionId": id };
      calls.add("a plan", role(deployed, arn), "secretsmanager:GetSecretValue", secret.arn, { context });
    }
}

/** The superuser's secret of a database. */
export function superuserOf(
  { databases, namePrefix }: Environment,
  database: string,
  deployed: Deployed,
): DeployedSecret {
  const settings = databases[database];
  if (settings?.kind === "adopted") return deployed.secret(settings.superuserSecretArn);
  const cluster = deployed.only("aws_rds_cluster", { cluster_identifier: `${namePrefix}-${database}` });
  return deployed.secret(cluster.master_user_secret[0].secret_arn);
}

/** A user of a database, as `rds-db:connect` names it. */
export function databaseUserArn(
  { databases, namePrefix }: Environment,
  database: string,
  user: string,
  deployed: Deployed,
): string {
  const settings = databases[database];
  const cluster =
    settings?.kind === "adopted"
      ? settings.clusterResourceId
      : deployed.only("aws_rds_cluster", { cluster_identifier: `${namePrefix}-${database}` })
          .cluster_resource_id;
  return deployed.arn("rds-db", `dbuser:${cluster}/${user}`);
}
