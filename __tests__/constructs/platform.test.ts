import type { App } from "cdktf";
import type { Environment } from "../../constructs/environment";
import { loadEnvironment } from "../../constructs/environment";
import { AdoptedFunction } from "../../constructs/functions/adopted-function";
import { PrivateFunction } from "../../constructs/functions/private-function";
import type { SecretsPlatform } from "../../constructs/platform";
import { EnvironmentStack } from "../../constructs/stacks/environment-stack";
import { changed, environmentFolder, load } from "../support/environment-files";
import { certificateAuthorityPem } from "../support/fixtures";
import { shippedEnvironment, shippedSettings, shippedWith, synthesizeEnvironment } from "../support/shipped";

/** A stack of a user's own, `<environment>-own`, with what `build` puts into it. */
function ownStack(
  environment: Environment,
  build: (stack: EnvironmentStack, platform: SecretsPlatform) => void,
) {
  return synthesizeEnvironment(environment, (platform) => {
    const app = platform.node.root as App;
    build(new EnvironmentStack(app, `${environment.name}-own`, { platform }), platform);
  });
}

function legacy(
  stack: EnvironmentStack,
  platform: SecretsPlatform,
  id = "Legacy",
  securityGroupId = "sg-legacy",
) {
  return new AdoptedFunction(stack, id, {
    host: platform.functions,
    roleName: id.toLowerCase(),
    securityGroupId,
  });
}

describe("a function that exists already", () => {
  const rulesOf = (environment: Environment, secret = "orders") => {
    const { stack } = ownStack(environment, (own, platform) => {
      platform.secret(secret).grantRead(legacy(own, platform));
    });
    return stack("own")
      .resources("aws_vpc_security_group_egress_rule")
      .map(({ from_port, security_group_id }) => [security_group_id, from_port])
      .sort();
  };

  test("gets rules to endpoint and database", () => {
    expect(rulesOf(shippedEnvironment("dev"))).toEqual([
      ["sg-legacy", 443],
      ["sg-legacy", 5432],
    ]);
  });

  test("gets a rule to the secret's own database, and to no other", () => {
    expect(rulesOf(shippedEnvironment("prod"), "billing")).toEqual([
      ["sg-legacy", 3306],
      ["sg-legacy", 443],
    ]);
  });

  test.each([["vault"], ["native", "vault"], ["vault", "native"]] as Environment["backends"][])(
    "reaches the database whatever the backends are: %s, %s",
    (...backends) => {
      expect(rulesOf(shippedWith("dev", backends))).toEqual(
        expect.arrayContaining([
          ["sg-legacy", 5432],
          ["sg-legacy", 8200],
        ]),
      );
    },
  );

  test("shares a security group with another one: EC2 would refuse the same rule twice", () => {
    const { stack } = ownStack(shippedEnvironment("dev"), (own, platform) => {
      for (const id of ["One", "Other"]) platform.secret("orders").grantRead(legacy(own, platform, id));
    });
    const rules = stack("own").resources("aws_vpc_security_group_egress_rule");
    expect(rules.map(({ from_port }) => from_port).sort()).toEqual([443, 5432]);
  });

  test("needs no rules in the functions' own security group", () => {
    const { stack } = ownStack(shippedEnvironment("dev"), (own, platform) => {
      const { securityGroupId } = platform.functions;
      platform.secret("orders").grantRead(legacy(own, platform, "Legacy", securityGroupId));
    });
    expect(stack("own").resources("aws_vpc_security_group_egress_rule")).toEqual([]);
  });

  test("uses Vault's tokens from anywhere in the VPC, unless its subnets are named", () => {
    const boundTo = (cidrs?: string[]) => {
      const { stack } = ownStack(shippedEnvironment("vault"), (own, platform) => {
        const props = { host: platform.functions, roleName: "legacy", securityGroupId: "sg-legacy", cidrs };
        platform.secret("orders").grantRead(new AdoptedFunction(own, "Legacy", props));
      });
      return stack("vault").resource("vault_aws_auth_backend_role", { role: "legacy" }).token_bound_cidrs;
    };
    expect(boundTo()).toEqual(["10.50.0.0/16"]);
    expect(boundTo(["10.50.32.0/20"])).toEqual(["10.50.32.0/20"]);
  });
});

test("a function of another environment is refused: it would look for the secret under the wrong name", () => {
  const other = load(changed(shippedSettings("dev"), { namePrefix: "other" }));
  const grant = () =>
    ownStack(shippedEnvironment("adopt"), (_, platform) => {
      ownStack(other, (own, { functions }) => {
        const props = { host: functions, code: "lambda/samples/orders", name: "billing" };
        platform.secret("orders").grantRead(new PrivateFunction(own, "Function", props));
      });
    });
  expect(grant).toThrow(
    "Secrets: `grantee` must be a function of this environment, got dev-own/Function of other",
  );
});

test("databases that share a security group and a port share the functions' rule to it", () => {
  const adopt = shippedSettings("adopt");
  const { main } = adopt.databases;
  const second = {
    ...main,
    host: "second.cluster-c0example.ap-northeast-2.rds.amazonaws.com",
    clusterResourceId: "cluster-BCDEFGHIJKLMNOPQRSTUVWXYZA",
  };
  const settings = changed(adopt, { databases: { main, second }, "secrets[0].database": "main" });
  const rules = synthesizeEnvironment(load(settings))
    .stack("foundation")
    .resources("aws_vpc_security_group_egress_rule");
  expect(rules).toHaveLength(1);
});

test("tells a stack of a user's own what was made: databases, rotation functions, secrets, stacks", () => {
  const platforms: SecretsPlatform[] = [];
  const { stack } = ownStack(shippedEnvironment("prod"), (_, platform) => void platforms.push(platform));
  const [platform] = platforms as [SecretsPlatform];
  expect(Object.keys(platform.databases)).toEqual(["main", "billing"]);
  expect(Object.keys(platform.rotationFunctions).sort()).toEqual(["billing", "main"]);
  expect(platform.rotationFunctions.main?.name).toBe("secrets-prod-main-rotation");
  expect(Object.keys(platform.listedFunctions)).toEqual(["orders", "billing"]);
  expect(platform.secret("orders").arn).toEqual(expect.any(String));
  expect(platform.notificationTopicArn).toEqual(expect.any(String));
  expect(platform.stacks.map(({ node }) => node.id)).toEqual([
    "prod-foundation",
    "prod-native",
    "prod-functions",
    "prod-operations",
  ]);
  expect(stack("own").addresses).toEqual([]);
});

test("a function trusts RDS's authorities, too, where one database has an authority of its own", () => {
  const settings = changed(shippedSettings("prod"), {
    "databases.billing.certificateAuthorityFile": "ca.pem",
  });
  const root = environmentFolder({ "prod.json": settings, "ca.pem": certificateAuthorityPem });
  const { stack } = synthesizeEnvironment(loadEnvironment("prod", { root, variables: {} }));
  const { environment } = stack("functions").resource("aws_lambda_function", {
    function_name: "secrets-prod-orders",
  });
  const { DATABASE_CA_PEM } = environment.variables;
  const { serverAuthorities } = jest.requireActual("../../lambda/database-tls");
  expect(serverAuthorities(DATABASE_CA_PEM).length).toBe(serverAuthorities("").length + 1);
});
