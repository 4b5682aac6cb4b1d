import type { Environment } from "../../../../../constructs/environment";
import { administrator, STRANGER } from "../../../../../testbed/iam/callers";
import type { AccessRequest, Caller } from "../../../../../testbed/iam/decide";
import type { Deployed } from "../../../../../testbed/iam/deployed";
import { ofSecret } from "../../../../../testbed/iam/needed/conditions";
import type { RefusedCall, Requests } from "./requests";

/** Planners, and whoever is no owner of a secret. */
export function byPlanners({
  anybody,
  orders,
  certificate,
  superuser,
  secret,
  call,
  deployed,
  environment,
  namePrefix,
}: Requests): readonly RefusedCall[] {
  return [
    [
      "the planner reads a password",
      planned(secret, environment, orders, { "secretsmanager:VersionStage": "AWSCURRENT" }),
    ],
    ["the planner reads whichever version is current", planned(secret, environment, orders, {})],
    [
      "the planner reads the previous password",
      planned(secret, environment, orders, { "secretsmanager:VersionStage": "AWSPREVIOUS" }),
    ],
    ...[
      [
        "looks at another environment's function",
        "lambda:GetFunction",
        deployed.arn("lambda", "function:another-orders"),
      ],
      ["looks at another environment's role", "iam:GetRolePolicy", deployed.roleArn("another-orders")],
      ["looks into another bucket", "s3:ListBucket", "arn:aws:s3:::another-trail"],
      [
        "writes a state",
        "s3:PutObject",
        "arn:aws:s3:::example-terraform-state/lambda-secrets/prod-native.tfstate",
      ],
      ["changes a function", "lambda:UpdateFunctionCode", deployed.function(`${namePrefix}-orders`).arn],
      ["takes the deployer's role on", "sts:AssumeRole", deployed.roleArn(`ci/${namePrefix}-deployer`)],
      ["hands a role to a service", "iam:PassRole", deployed.roleArn(`${namePrefix}-orders`)],
    ].map(
      ([title, action = "", resource = ""]) =>
        [`the planner ${title}`, call(plannerOf(environment), action, resource)] as const,
    ),
    ...sessions(environment, deployed).map(
      ([title, resource, context]) =>
        [
          `the planner ${title}`,
          call(plannerOf(environment), "ssm:StartSession", resource, { context }),
        ] as const,
    ),
    ["the planner reads a superuser", planned(secret, environment, superuser, {})],
    ...environment.secrets.map(
      ({ name }) =>
        [
          `another account reads ${name}, which its policy refuses by itself`,
          secret(
            STRANGER,
            "GetSecretValue",
            deployed.secret(`${namePrefix}/${name}`),
            {},
            { alone: "resource" },
          ),
        ] as const,
    ),
    ...[
      ...["GetSecretValue", "PutSecretValue", "UpdateSecret", "UpdateSecretVersionStage"],
      ...["TagResource", "UntagResource"],
    ].map(
      (action) =>
        [
          `somebody who is no owner: ${action} of the Vault server's certificate`,
          secret(anybody, action, certificate),
        ] as const,
    ),
    ...changesByOthers(environment, deployed).map(
      (one) => [`somebody who is no deployer: ${one.action} of ${one.resource}`, one] as const,
    ),
    ...readByPlanners(environment, deployed).map(
      (one) => [`the planner: ${one.action} of ${one.resource}`, one] as const,
    ),
  ];
}

type Session = readonly [title: string, resource: string, context: Readonly<Record<string, string>>];

/** Whoever has a shell on a node, or a way to its metadata, is the node. */
function sessions({ name, namePrefix }: Environment, deployed: Deployed): readonly Session[] {
  const ofServer = { "aws:ResourceTag/Stack": `${name}-vault-server` };
  const [checked, unchecked] = ["true", "false"].map((is) => ({ "ssm:SessionDocumentAccessCheck": is }));
  const instance = deployed.arn("ec2", "instance/i-0a1b2c3d");
  const aws = `arn:aws:ssm:${deployed.region}::document/AWS-StartPortForwardingSessionToRemoteHost`;
  return [
    ["opens a shell on a node", instance, { ...ofServer, ...unchecked }],
    ["opens a session on a machine of somebody else", instance, { ...checked }],
    ["opens a tunnel to a host of its own choice", aws, { ...checked }],
    [
      "opens a session with somebody else's document",
      deployed.arn("ssm", `document/another-${namePrefix}-vault-node-1`),
      { ...checked },
    ],
  ];
}

/** Of every secret: with deployers, whoever IAM lets do anything changes none. */
function changesByOthers({ namePrefix, secrets }: Environment, deployed: Deployed): AccessRequest[] {
  const actions = [
    ...[
      "DeleteSecret",
      "TagResource",
      "UntagResource",
      "PutResourcePolicy",
      "DeleteResourcePolicy",
      "UpdateSecret",
    ],
    ...["RotateSecret", "CancelRotateSecret", "ReplicateSecretToRegions", "RemoveRegionsFromReplication"],
    ...["StopReplicationToReplica", "PutSecretValue", "UpdateSecretVersionStage"],
  ];
  return secrets.flatMap(({ name }) => {
    const secret = deployed.secret(`${namePrefix}/${name}`);
    return actions.map((action) => ({
      by: administrator(deployed),
      action: `secretsmanager:${action}`,
      resource: secret.arn,
      account: deployed.account,
      context: ofSecret(secret),
    }));
  });
}

/** The same for what a planner with all permissions of IAM would read. */
function readByPlanners(
  { namePrefix, secrets, planners: [arn = ""] }: Environment,
  deployed: Deployed,
): AccessRequest[] {
  return secrets.map(({ name }) => {
    const secret = deployed.secret(`${namePrefix}/${name}`);
    return {
      by: { kind: "AWS", arn, account: deployed.account, unlimited: true },
      action: "secretsmanager:GetSecretValue",
      resource: secret.arn,
      account: deployed.account,
      context: { ...ofSecret(secret), "secretsmanager:VersionStage": "AWSCURRENT" },
    };
  });
}

function planned(
  secret: (by: Caller, action: string, one: { name: string; arn: string }, context: object) => AccessRequest,
  environment: Environment,
  one: { name: string; arn: string },
  context: object,
): AccessRequest {
  return secret(plannerOf(environment), "GetSecretValue", one, context);
}

function plannerOf({ account, planners: [arn = ""] }: Environment): Caller {
  return { kind: "AWS", arn, account };
}
