import type { IamPolicy } from "../aws/iam-policy";
import { addressOfResource, blocksOf, type Resource, serviceOf, type Values } from "../deployed/resources";
import { MANAGED_POLICIES } from "./managed-policies";
import { refuseUnreadPolicies } from "./policy-types";

export type PolicyKind = "identity" | "boundary" | "resource" | "trust" | "endpoint";

/** A policy and what it is of. */
export interface AttachedPolicy {
  /** `<stack>/<address>` of the resource that has it. */
  readonly from: string;
  readonly kind: PolicyKind;
  /** ARN of the role, user or resource; id of the endpoint. */
  readonly of: string;
  readonly document: IamPolicy;
}

export interface Endpoint {
  readonly id: string;
  readonly vpcId: string;
  /** Last part of the service's name. */
  readonly service: string;
  readonly stack: string;
}

export interface DeployedFunction {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly isInVpc: boolean;
}

export interface DeployedSecret {
  readonly name: string;
  readonly arn: string;
  /** @default - AWS's own key */
  readonly keyArn?: string;
  /** ARN of the function that rotates it. */
  readonly rotatedBy?: string;
  /** ARN of the cluster whose superuser's RDS manages in it. */
  readonly clusterArn?: string;
}

/** What was deployed, as far as it decides who may call what. */
export class Deployed {
  readonly policies: readonly AttachedPolicy[];
  readonly functions: readonly DeployedFunction[];
  readonly secrets: readonly DeployedSecret[];
  readonly endpoints: readonly Endpoint[];

  /** @throws Error for a policy that nothing here reads, or that is of a role that is not there. */
  constructor(
    readonly account: string,
    readonly region: string,
    readonly resources: readonly Resource[],
    /** Those that were there already. */
    adopted: readonly DeployedSecret[] = [],
  ) {
    refuseUnreadPolicies(resources, new Set(Object.keys(POLICIES)));
    this.policies = resources.flatMap((one) => policiesOf(one, this));
    this.functions = this.ofType("aws_lambda_function").map(({ values }) => ({
      name: values.function_name,
      arn: values.arn,
      roleArn: values.role,
      isInVpc: (blocksOf(values, "vpc_config")[0]?.subnet_ids ?? []).length > 0,
    }));
    this.secrets = [...this.writtenSecrets(), ...this.superusers(), ...this.foundSecrets(), ...adopted];
    this.endpoints = this.ofType("aws_vpc_endpoint").map(({ stack, values }) => ({
      stack,
      id: values.id,
      vpcId: values.vpc_id,
      service: serviceOf(values),
    }));
  }

  ofType(type: string): readonly Resource[] {
    return this.resources.filter((one) => one.type === type && one.mode !== "data");
  }

  /** The values of the only resource of a type that has these. */
  only(type: string, having: Readonly<Record<string, unknown>>): Values {
    const found = this.ofType(type).filter(({ values }) =>
      Object.entries(having).every(([key, value]) => values[key] === value),
    );
    if (found.length !== 1)
      throw new Error(`expected one ${type} with ${JSON.stringify(having)}, found ${found.length}`);
    return found[0]?.values ?? {};
  }

  /** ARN of a resource of the account and Region. */
  arn(service: string, resource: string): string {
    return `arn:aws:${service}:${this.region}:${this.account}:${resource}`;
  }

  roleArn(name: string): string {
    return `arn:aws:iam::${this.account}:role/${name}`;
  }

  function(name: string): DeployedFunction {
    return found(this.functions, ({ name: one }) => one === name, `function ${name}`);
  }

  /** By name or ARN. */
  secret(nameOrArn: string): DeployedSecret {
    return found(
      this.secrets,
      ({ name, arn }) => name === nameOrArn || arn === nameOrArn,
      `secret ${nameOrArn}`,
    );
  }

  /** The endpoint for a service that a stack made; undefined if it made none. */
  endpoint(stackEnd: string, service: string): Endpoint | undefined {
    return this.endpoints.find((one) => one.stack.endsWith(`-${stackEnd}`) && one.service === service);
  }

  private writtenSecrets(): DeployedSecret[] {
    const rotated = new Map(
      this.ofType("aws_secretsmanager_secret_rotation").map(({ values }) => [
        String(values.secret_id),
        String(values.rotation_lambda_arn),
      ]),
    );
    return this.ofType("aws_secretsmanager_secret").map(({ values: { name, arn, kms_key_id } }) => ({
      name,
      arn,
      keyArn: kms_key_id,
      rotatedBy: rotated.get(arn),
    }));
  }

  private superusers(): DeployedSecret[] {
    return this.ofType("aws_rds_cluster").flatMap(({ values }) => {
      const arn = blocksOf(values, "master_user_secret")[0]?.secret_arn;
      const name = String(arn).replace(/^.*:secret:|-\w{6}$/g, "");
      return arn ? [{ name, arn, keyArn: values.master_user_secret_kms_key_id, clusterArn: values.arn }] : [];
    });
  }

  private foundSecrets(): DeployedSecret[] {
    return this.resources
      .filter(({ mode, type }) => mode === "data" && type === "aws_secretsmanager_secret")
      .map(({ values: { name, arn } }) => ({ name, arn }));
  }
}

function found<One>(all: readonly One[], matches: (one: One) => boolean, what: string): One {
  const one = all.find(matches);
  if (one === undefined) throw new Error(`nothing deployed is the ${what}`);
  return one;
}

type Finder = (
  values: Values,
  deployed: Deployed,
) => readonly (Pick<AttachedPolicy, "kind" | "of"> & { readonly document: unknown })[];

/** Where resources have policies, by their types. */
const POLICIES: Readonly<Record<string, Finder>> = {
  aws_iam_role: ({ arn, assume_role_policy: document, permissions_boundary: boundary }, { resources }) => [
    { kind: "trust", of: arn, document },
    ...(boundary ? [{ kind: "boundary" as const, of: arn, document: managed(boundary, resources) }] : []),
  ],
  aws_iam_role_policy: ({ role, policy: document }, deployed) => [
    { kind: "identity", of: deployed.only("aws_iam_role", { name: role }).arn, document },
  ],
  aws_iam_role_policy_attachment: ({ role, policy_arn }, deployed) => {
    const { arn } = deployed.only("aws_iam_role", { name: role });
    return [{ kind: "identity", of: arn, document: managed(policy_arn, deployed.resources) }];
  },
  aws_iam_user_policy: ({ user, policy: document }, { account }) => [
    { kind: "identity", of: `arn:aws:iam::${account}:user/${user}`, document },
  ],
  aws_kms_key: ({ arn, policy: document }) => [{ kind: "resource", of: arn, document }],
  aws_secretsmanager_secret_policy: ({ secret_arn, policy: document }) => [
    { kind: "resource", of: secret_arn, document },
  ],
  aws_sns_topic_policy: ({ arn, policy: document }) => [{ kind: "resource", of: arn, document }],
  aws_s3_bucket_policy: ({ bucket, policy: document }) => [
    { kind: "resource", of: `arn:aws:s3:::${bucket}`, document },
  ],
  aws_vpc_endpoint: ({ id, policy: document }) => [{ kind: "endpoint", of: id, document }],
  // AWS Lambda Developer Guide, "Viewing resource-based IAM policies in Lambda".
  aws_lambda_permission: ({
    function_name: of,
    action,
    principal,
    source_account,
    source_arn,
    ...others
  }) => {
    if (!/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(principal) || others.principal_org_id)
      throw new Error(
        `the permission of ${of} is for ${principal} ${others.principal_org_id ?? ""}, and those of services alone ` +
          "are read: teach testbed/iam/deployed.ts",
      );
    return [
      {
        kind: "resource",
        of,
        document: {
          Statement: {
            Effect: "Allow",
            Principal: { Service: principal },
            Action: action,
            Resource: of,
            Condition: {
              ...(source_account && { StringEquals: { "aws:SourceAccount": source_account } }),
              ...(source_arn && { ArnLike: { "aws:SourceArn": source_arn } }),
            },
          },
        },
      },
    ];
  },
};

function policiesOf(resource: Resource, deployed: Deployed): AttachedPolicy[] {
  if (resource.mode === "data") return [];
  const from = addressOfResource(resource);
  return (POLICIES[resource.type]?.(resource.values, deployed) ?? []).map(({ kind, of, document }) => ({
    from,
    kind,
    of,
    document: parsed(document, from),
  }));
}

function parsed(document: unknown, from: string): IamPolicy {
  const text = typeof document === "string" ? document : JSON.stringify(document);
  // Variables of IAM have their values in each request.
  const open = /\$\{(?!aws:\w+\})[^}]*\}?/.exec(text)?.[0];
  if (open) throw new Error(`the policy of ${from} has something that is known only to Terraform: ${open}`);
  return JSON.parse(text);
}

function managed(arn: string, resources: readonly Resource[]): unknown {
  const own = resources.find(({ type, values }) => type === "aws_iam_policy" && values.arn === arn);
  const document = own?.values.policy ?? MANAGED_POLICIES[arn];
  if (document === undefined)
    throw new Error(`the managed policy ${arn} is not known here: add it to testbed/iam/managed-policies.ts`);
  return document;
}
