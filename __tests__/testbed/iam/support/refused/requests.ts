import type { Environment } from "../../../../../constructs/environment";
import { administrator, role } from "../../../../../testbed/iam/callers";
import type { AccessRequest, Caller } from "../../../../../testbed/iam/decide";
import type { Deployed } from "../../../../../testbed/iam/deployed";
import { fromVpc, ofSecret } from "../../../../../testbed/iam/needed/conditions";
import { databaseUserArn, superuserOf } from "../../../../../testbed/iam/needed/native";

export type RefusedCall = readonly [title: string, call: AccessRequest];

export type Requests = ReturnType<typeof requestsIn>;

/** What calls are made of: who calls, and of what. */
export function requestsIn(environment: Environment, deployed: Deployed) {
  const { namePrefix } = environment;
  const { account } = deployed;
  const named = (name: string): Caller => role(deployed, deployed.roleArn(`${namePrefix}-${name}`));
  const deployer: Caller = role(deployed, deployed.roleArn(`ci/${namePrefix}-deployer`));
  const anybody = administrator(deployed);
  const orders = deployed.secret(`${namePrefix}/orders`);
  const billing = deployed.secret(`${namePrefix}/billing`);
  const certificate = deployed.secret(`${namePrefix}/vault-server/certificate`);
  const superuser = superuserOf(environment, "main", deployed);
  const endpoint = deployed.endpoint("native", "secretsmanager");
  const inside = { ...fromVpc(environment, deployed) };
  const key = String(orders.keyArn);
  const bucket = `arn:aws:s3:::${namePrefix}-vault-${account}-${deployed.region}`;
  const viaSecrets = { "kms:ViaService": `secretsmanager.${deployed.region}.amazonaws.com` };
  const call = (by: Caller, action: string, resource: string, context = {}, more = {}): AccessRequest => ({
    by,
    action,
    resource,
    account,
    context,
    ...more,
  });
  const secret = (by: Caller, action: string, one: typeof orders, context = {}, more = {}) =>
    call(by, `secretsmanager:${action}`, one.arn, { ...ofSecret(one), ...inside, ...context }, more);
  const fn = (name: string) => deployed.function(`${namePrefix}-${name}`).arn;
  const trust = (by: Caller, name: string, context = {}) =>
    call(by, "sts:AssumeRole", deployed.roleArn(`${namePrefix}-${name}`), context);
  const userOf = (database: string, user: string) => databaseUserArn(environment, database, user, deployed);
  return {
    ...{ userOf, superuserName: superuserName(environment) },
    ...{ environment, deployed, namePrefix, account, named, deployer, anybody, call, secret, fn, trust },
    ...{ orders, billing, certificate, superuser, endpoint, inside, key, bucket, viaSecrets },
    sealKey: sealKey(deployed, namePrefix),
    topic: topic(deployed),
  };
}

function superuserName({ databases: { main } }: Environment): string {
  return main?.kind === "created" ? main.superuserName : "";
}

function sealKey(deployed: Deployed, namePrefix: string): string {
  const { target_key_id: id } = deployed.only("aws_kms_alias", { name: `alias/${namePrefix}-vault-seal` });
  return deployed.only("aws_kms_key", { key_id: id }).arn;
}

function topic(deployed: Deployed): string {
  return String(deployed.ofType("aws_sns_topic")[0]?.values.arn);
}
