import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { Lb } from "@cdktf/provider-aws/lib/lb";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { RdsCluster } from "@cdktf/provider-aws/lib/rds-cluster";
import { Route } from "@cdktf/provider-aws/lib/route";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretRotation } from "@cdktf/provider-aws/lib/secretsmanager-secret-rotation";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import {
  App,
  Aspects,
  Fn,
  type ITerraformDependable,
  TerraformStack,
  TerraformVariable,
  Testing,
} from "cdktf";
import { Construct } from "constructs";
import { SecretsGuard } from "../../../constructs/guard/secrets-guard";

type Build = (stack: TerraformStack) => void;

/** What a synth refuses in somebody's own stack. */
function refused(build: Build): string {
  const app = new App({ outdir: Testing.app().outdir, stackTraces: false });
  const stack = new TerraformStack(app, "own");
  new AwsProvider(stack, "Aws", { region: "ap-northeast-2" });
  Aspects.of(stack).add(new SecretsGuard());
  build(stack);
  try {
    app.synth();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

const vpc = { vpcId: "vpc-1" };
const code = { functionName: "f", role: "r" };
const vpcConfig = { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] };
const inVpc = { ...code, vpcConfig };
const cluster = { engine: "aurora-postgresql", clusterIdentifier: "c", skipFinalSnapshot: true };
const egress = { securityGroupId: "sg-1", ipProtocol: "tcp" };

/** A secret, the function that rotates it, and the permission to call that. */
function rotatable(s: TerraformStack, name: string) {
  const { id } = new SecretsmanagerSecret(s, `${name}Secret`, {});
  const { functionName, arn } = new LambdaFunction(s, `${name}Function`, inVpc);
  const permission = new LambdaPermission(s, `${name}Permission`, {
    action: "a",
    functionName,
    principal: "p",
  });
  return { permission, rotated: { secretId: id, rotationLambdaArn: arn, rotationRules: {} } };
}

function withValue(s: TerraformStack, name: string) {
  const { permission, rotated } = rotatable(s, name);
  const { secretId } = rotated;
  const value = new SecretsmanagerSecretVersion(s, `${name}Value`, { secretId, secretString: "{}" });
  return { permission, value, rotated };
}

type Parts = ReturnType<typeof withValue>;

/** A rotation that waits for what is chosen of its own parts, and of those of another rotation. */
function rotation(s: TerraformStack, chosen: (own: Parts, other: Parts) => ITerraformDependable[]): void {
  const [own, other] = [withValue(s, "Own"), withValue(s, "Other")];
  new SecretsmanagerSecretRotation(s, "R", { ...own.rotated, dependsOn: chosen(own, other) });
}

const FORBIDDEN: readonly (readonly [rule: string, what: string, build: Build])[] = [
  [
    "endpoint-policy",
    "an endpoint without a policy",
    (s) => new VpcEndpoint(s, "E", { ...vpc, serviceName: "s3" }),
  ],
  ["function-in-vpc", "a function outside the VPC", (s) => new LambdaFunction(s, "F", code)],
  ["internet-path", "an internet gateway", (s) => new InternetGateway(s, "G", vpc)],
  [
    "internet-path",
    "a route to everywhere",
    (s) => new Route(s, "R", { routeTableId: "rtb-1", destinationCidrBlock: "0.0.0.0/0" }),
  ],
  [
    "internet-path",
    "a rule to everywhere",
    (s) => new VpcSecurityGroupEgressRule(s, "R", { ...egress, cidrIpv6: "::/0" }),
  ],
  [
    "internet-path",
    "a rule to everywhere inside a group",
    (s) =>
      new SecurityGroup(s, "S", {
        egress: [{ fromPort: 443, toPort: 443, protocol: "tcp", cidrBlocks: ["0.0.0.0/0"] }],
      }),
  ],
  ["internet-path", "a public subnet", (s) => new Subnet(s, "S", { ...vpc, mapPublicIpOnLaunch: true })],
  ["internet-path", "a public load balancer", (s) => new Lb(s, "L", { loadBalancerType: "network" })],
  [
    "rotation-order",
    "a rotation that waits for nothing",
    (s) => {
      new LambdaPermission(s, "P", { action: "a", functionName: "f", principal: "p" });
      new SecretsmanagerSecretRotation(s, "R", {
        secretId: "s",
        rotationRules: {},
        rotationLambdaArn: "arn",
      });
    },
  ],
  [
    "rotation-order",
    "a rotation that waits for the first value of another secret",
    (s) => rotation(s, (own, other) => [own.permission, other.value]),
  ],
  [
    "rotation-order",
    "a rotation that waits for the permission to call another function",
    (s) => rotation(s, (own, other) => [other.permission, own.value]),
  ],
  [
    "secret-literal",
    "a password in a variable",
    (s) => new LambdaFunction(s, "F", { ...inVpc, environment: { variables: { DB_PASSWORD: "hunter2" } } }),
  ],
  [
    "secret-literal",
    "a password in a secret's value",
    (s) =>
      new SecretsmanagerSecretVersion(s, "V", {
        secretId: "s",
        secretString: JSON.stringify({ password: "hunter2" }),
      }),
  ],
  [
    "secret-literal",
    "a secret that is a text",
    (s) => new SecretsmanagerSecretVersion(s, "V", { secretId: "s", secretString: "hunter2" }),
  ],
  [
    "secret-literal",
    "a parameter that is a secret",
    (s) => new SsmParameter(s, "P", { name: "p", type: "SecureString", value: "hunter2" }),
  ],
  [
    "secret-literal",
    "a superuser's password",
    (s) => new RdsCluster(s, "C", { ...cluster, masterPassword: "hunter2" }),
  ],
];

const PERMITTED: readonly (readonly [rule: string, what: string, build: Build])[] = [
  [
    "endpoint-policy",
    "an endpoint with a policy",
    (s) => new VpcEndpoint(s, "E", { ...vpc, serviceName: "s3", policy: "{}" }),
  ],
  ["function-in-vpc", "a function in the VPC", (s) => new LambdaFunction(s, "F", inVpc)],
  [
    "internet-path",
    "a rule to a network",
    (s) => new VpcSecurityGroupEgressRule(s, "R", { ...egress, cidrIpv4: "10.0.0.0/16" }),
  ],
  ["internet-path", "an internal load balancer", (s) => new Lb(s, "L", { internal: true })],
  [
    "rotation-order",
    "a rotation that waits for permission and value",
    (s) => {
      const permission = new LambdaPermission(s, "P", { action: "a", functionName: "f", principal: "p" });
      const version = new SecretsmanagerSecretVersion(s, "V", { secretId: "s", secretString: "{}" });
      const dependsOn = [permission, version];
      new SecretsmanagerSecretRotation(s, "R", {
        secretId: "s",
        rotationRules: {},
        rotationLambdaArn: "arn",
        dependsOn,
      });
    },
  ],
  [
    "rotation-order",
    "a rotation that waits for what is its own, beside another one",
    (s) => rotation(s, (own) => [own.permission, own.value]),
  ],
  [
    "rotation-order",
    "a rotation of a secret whose value is written elsewhere, beside another one",
    (s) => {
      const { permission, rotated } = rotatable(s, "Own");
      withValue(s, "Other");
      new SecretsmanagerSecretRotation(s, "R", { ...rotated, dependsOn: [permission] });
    },
  ],
  [
    "rotation-order",
    "a rotation by what another stack made",
    (s) =>
      new SecretsmanagerSecretRotation(s, "R", {
        secretId: "s",
        rotationRules: {},
        rotationLambdaArn: "arn",
      }),
  ],
  [
    "secret-literal",
    "where a secret is, and what another resource has",
    (s) => {
      const token = new TerraformVariable(s, "token", { sensitive: true }).stringValue;
      const variables = { SECRET_SOURCES: "vault-proxy", VAULT_SECRET_PATH: "kv/data/orders", TOKEN: token };
      new LambdaFunction(s, "F", { ...inVpc, environment: { variables } });
      const secretString = Fn.jsonencode({ username: "orders", password: token });
      new SecretsmanagerSecretVersion(s, "V", { secretId: "s", secretString });
    },
  ],
];

test.each(FORBIDDEN)("%s: %s is refused, with its place and without a value", (rule, _, build) => {
  const message = refused(build);
  expect(message).toMatch(new RegExp(`^\\[own/\\w\\] own/\\w .+\\. .+\\. \\(SecretsGuard: ${rule}\\)$`, "m"));
  expect(message).not.toContain("hunter2");
});

test.each(PERMITTED)("%s: %s is not", (_, __, build) => {
  expect(refused(build)).toBe("");
});

test("a construct that has a reason is left alone by that rule, and so is what is in it; others are not", () => {
  const message = refused((stack) => {
    const known = new Construct(stack, "Known");
    SecretsGuard.exempt(known, "function-in-vpc", "calls a public API and reads no secret");
    new LambdaFunction(known, "F", code);
    new InternetGateway(known, "G", vpc);
    new LambdaFunction(stack, "Other", code);
  });
  expect(message).not.toContain("own/Known/F");
  expect(message).toContain("internet-path");
  expect(message).toContain("own/Other is outside the VPC");
});

test("an exemption without a reason is none", () => {
  expect(() => SecretsGuard.exempt(new TerraformStack(Testing.app(), "own"), "internet-path", " ")).toThrow(
    "`reason` must say why, got nothing",
  );
});
