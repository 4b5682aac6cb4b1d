import { join } from "node:path";
import { Annotations } from "cdktf";
import { Account } from "../../../constructs/contracts/account";
import type { Environment } from "../../../constructs/environment";
import { changed, environmentFolder, load } from "../../support/environment-files";
import { certificateAuthorityPem } from "../../support/fixtures";
import { shippedSettings, shippedWith, synthesizeEnvironment } from "../../support/shipped";
import type { Template } from "../../support/template";

const dev = shippedSettings("dev");
const adopt = shippedSettings("adopt");

function foundation(settings: Record<string, unknown>): Template {
  return synthesizeEnvironment(load(settings)).stack("foundation");
}

describe("created", () => {
  const template = foundation(dev);

  test("has a security group for the functions and one for the database", () => {
    expect(template.resources("aws_security_group").map(({ name }) => name)).toEqual([
      "secrets-dev-lambda",
      "secrets-dev-main-database",
    ]);
  });

  test("puts the cluster into the database's group", () => {
    expect(template.resource("aws_rds_cluster").vpc_security_group_ids).toEqual([
      template.reference("id", "aws_security_group", "main-database"),
    ]);
  });

  test("admits the database's port from the functions to the database and nothing else", () => {
    const rule = {
      ip_protocol: "tcp",
      from_port: 5432,
      to_port: 5432,
      description: "Lambda functions connect to the database main",
    };
    const lambda = template.reference("id", "aws_security_group", "lambda");
    const database = template.reference("id", "aws_security_group", "main-database");
    expect(template.resources("aws_vpc_security_group_egress_rule")).toEqual([
      { ...rule, security_group_id: lambda, referenced_security_group_id: database },
    ]);
    expect(template.resources("aws_vpc_security_group_ingress_rule")).toEqual([
      { ...rule, security_group_id: database, referenced_security_group_id: lambda },
    ]);
  });

  test("has a key for logs, for the log groups of this environment only", () => {
    const [statement] = template
      .statements(
        template.resource("aws_kms_key", { description: "Logs of functions, network and databases" }).policy,
      )
      .filter(({ sid }) => sid === "CloudWatchLogs");
    expect(statement?.condition?.[0]?.values).toEqual([
      "arn:aws:logs:ap-northeast-2:111122223333:log-group:/aws/lambda/secrets-dev-*",
      expect.stringMatching(/log-group:\/aws\/vpc-flow-logs\/secrets-dev/),
      "arn:aws:logs:ap-northeast-2:111122223333:log-group:/aws/rds/cluster/secrets-dev-*",
      "arn:aws:logs:ap-northeast-2:111122223333:log-group:/aws/route53resolver/secrets-dev",
    ]);
  });

  test("has a key for the database, used through RDS and Secrets Manager only", () => {
    const { kms_key_id } = template.resource("aws_rds_cluster");
    expect(kms_key_id).toBe(template.reference("arn", "aws_kms_key", "DatabaseKey"));
    const { policy } = template.resource("aws_kms_key", {
      description: "Storage, Performance Insights and superuser secret of the database main",
    });
    expect(template.statements(policy).map(({ sid }) => sid)).toEqual([
      "Administration",
      "ThroughRds",
      "GrantsThroughRds",
      "ThroughSecretsmanager",
      "GrantsThroughSecretsmanager",
    ]);
  });

  test("tells where the database is and which secret creates users, and no value", () => {
    expect(template.outputs.databases?.value).toEqual({
      main: {
        host: template.reference("endpoint", "aws_rds_cluster", "_Cluster_"),
        port: 5432,
        superuser_secret_arn: expect.stringContaining("master_user_secret[0].secret_arn"),
      },
    });
  });

  test("listens on another port where asked to, and admits that one", () => {
    const template = foundation(changed(dev, { "databases.main.port": 6432 }));
    expect(template.resource("aws_rds_cluster").port).toBe(6432);
    for (const direction of ["ingress", "egress"]) {
      expect(template.resource(`aws_vpc_security_group_${direction}_rule`)).toMatchObject({
        from_port: 6432,
        to_port: 6432,
      });
    }
  });
});

describe("two databases", () => {
  const { stack } = synthesizeEnvironment(load(shippedSettings("prod")));
  const template = stack("foundation");

  test("are two clusters of their own names, each with its own key, group and superuser secret", () => {
    const clusters = template.resources("aws_rds_cluster");
    expect(clusters.map(({ cluster_identifier, engine }) => [cluster_identifier, engine])).toEqual([
      ["secrets-prod-billing", "aurora-mysql"],
      ["secrets-prod-main", "aurora-postgresql"],
    ]);
    for (const distinct of ["kms_key_id", "final_snapshot_identifier", "db_subnet_group_name"])
      expect(new Set(clusters.map((cluster) => cluster[distinct])).size).toBe(2);
    expect(new Set(clusters.flatMap(({ vpc_security_group_ids }) => vpc_security_group_ids)).size).toBe(2);
  });

  test("are both reached by the functions, each by its own port", () => {
    const rules = template.resources("aws_vpc_security_group_egress_rule");
    expect(rules.map(({ from_port }) => from_port).sort()).toEqual([3306, 5432]);
  });
});

describe("adopted", () => {
  const template = foundation(adopt);

  test("creates a key for logs, a group for the functions and the rules to the database, no more", () => {
    expect(template.addresses.map((address) => address.split(".")[0])).toEqual([
      "aws_kms_alias",
      "aws_kms_key",
      "aws_security_group",
      "aws_vpc_security_group_egress_rule",
      "aws_vpc_security_group_ingress_rule",
    ]);
  });

  test("adds rules to the database's group and never changes the group", () => {
    const lambda = template.reference("id", "aws_security_group");
    expect(template.resource("aws_vpc_security_group_ingress_rule")).toMatchObject({
      security_group_id: adopt.databases.main.securityGroupId,
      referenced_security_group_id: lambda,
      from_port: 5432,
      to_port: 5432,
    });
    expect(template.resource("aws_vpc_security_group_egress_rule")).toMatchObject({
      security_group_id: lambda,
      referenced_security_group_id: adopt.databases.main.securityGroupId,
    });
  });

  test("makes the functions' group in the existing VPC", () => {
    expect(template.resource("aws_security_group").vpc_id).toBe(adopt.network.vpcId);
  });
});

test("a created database in an adopted network uses that network's subnets", () => {
  const template = foundation(changed(dev, { network: adopt.network }));
  expect(template.resources("aws_vpc")).toEqual([]);
  expect(template.resource("aws_db_subnet_group").subnet_ids).toEqual(adopt.network.subnetIds);
});

describe("Vault's look-up of roles", () => {
  const withVault = (
    awsCredentials: Record<string, unknown> | undefined,
    ...backends: Environment["backends"]
  ) =>
    synthesizeEnvironment(shippedWith("dev", backends, { "vault.auth": { awsCredentials } })).stack(
      "foundation",
    );
  const lookUp = {
    sid: "LookUpRoles",
    actions: ["iam:GetRole"],
    resources: ["arn:aws:iam::111122223333:role/secrets-dev-*"],
  };

  test.each([[["vault" as const]], [["native" as const, "vault" as const]]])(
    "is allowed to its server's role, for all of the environment's (%s)",
    (backends) => {
      const template = withVault({ kind: "instance-role", roleName: "vault-server" }, ...backends);
      const { name, policy } = template.resource("aws_iam_role_policy", { role: "vault-server" });
      expect(name).toBe("secrets-dev-look-up-roles");
      expect(template.statements(policy)).toEqual([lookUp]);
      expect(template.resources("aws_iam_user")).toEqual([]);
    },
  );

  test("is allowed to a user of its own, who is there before the Vault stack", () => {
    const template = withVault({ kind: "iam-user" }, "vault");
    expect(template.resource("aws_iam_user").name).toBe("secrets-dev-vault");
    expect(template.statements(template.resource("aws_iam_user_policy").policy)).toEqual([lookUp]);
  });

  test.each([
    ["Vault does not look up roles", undefined, "vault"],
    ["there is no Vault", { kind: "iam-user" }, "native"],
  ] as const)("is allowed to nobody where %s", (_, credentials, backend) => {
    const template = withVault(credentials, backend);
    expect(template.resources("aws_iam_user")).toEqual([]);
    expect(template.allStatements.map(({ sid }) => sid)).not.toContain("LookUpRoles");
  });
});

describe("names that a created VPC may look up", () => {
  const allowed = (settings: Record<string, unknown>): string[] =>
    foundation(settings).resource("aws_route53_resolver_firewall_domain_list", {
      name: `${settings.namePrefix}-allow`,
    }).domains;

  const OF_AWS = ["*.ap-northeast-2.amazonaws.com.", "*.ap-northeast-2.rds.amazonaws.com."].concat(
    "*.ap-northeast-2.vpce.amazonaws.com.",
  );
  /** Amazon Route 53 Developer Guide, "DNS Firewall domain lists": `*.` stands for one label or more. */
  const mayLookUp = (names: readonly string[], host: string) =>
    names.some((name) => (name.startsWith("*.") ? `${host}.`.endsWith(name.slice(1)) : `${host}.` === name));

  test("are AWS's own of the region", () => {
    expect(allowed(dev)).toEqual(OF_AWS);
  });

  test.each([
    ["ap-northeast-2", "secretsmanager.ap-northeast-2.amazonaws.com"],
    ["ap-northeast-2", "secrets-dev-main.cluster-c1a2b3c4d5e6.ap-northeast-2.rds.amazonaws.com"],
    ["ap-northeast-2", "secrets-dev-main.cluster-ro-c1a2b3c4d5e6.ap-northeast-2.rds.amazonaws.com"],
    ["ap-northeast-2", "vpce-0a1b2c3d-4e5f.sts.ap-northeast-2.vpce.amazonaws.com"],
    ["cn-north-1", "secrets-dev-main.cluster-c1a2b3c4d5e6.rds.cn-north-1.amazonaws.com.cn"],
    ["cn-north-1", "vpce-0a1b2c3d-4e5f.sts.cn-north-1.vpce.amazonaws.com.cn"],
    ["us-gov-west-1", "secrets-dev-main.cluster-c1a2b3c4d5e6.us-gov-west-1.rds.amazonaws.com"],
  ])("in %s, %s is one", (region, host) => {
    const names = new Account("111122223333", region).lookedUpDomains.map((domain) => `*.${domain}.`);
    expect(mayLookUp(names, host)).toBe(true);
    for (const other of [`${host}.attacker.example`, "attacker.s3.us-east-1.amazonaws.com"])
      expect(mayLookUp(names, other)).toBe(false);
  });

  test("in China, too", () => {
    const authority = join(
      environmentFolder({ "ca.pem": certificateAuthorityPem }),
      "environments",
      "ca.pem",
    );
    const china = changed(dev, {
      region: "cn-north-1",
      "network.zones": ["cn-north-1a", "cn-north-1b"],
      "databases.main.certificateAuthorityFile": authority,
    });
    expect(allowed(china)).toEqual(
      ["", "rds.", "vpce."].map((service) => `*.cn-north-1.${service}amazonaws.com.cn.`),
    );
  });

  test("are those that the environment adds, each once", () => {
    const names = ["*.corp.example", "*.ap-northeast-2.amazonaws.com"];
    expect(allowed(changed(dev, { "network.allowedNames": names }))).toEqual([...OF_AWS, "*.corp.example."]);
  });

  test.each([
    ["https://vault.example.internal:8200", ["vault.example.internal."]],
    ["https://10.9.8.7:8200", []],
  ])("with Vault at %s, are its host if that is a name", (address, names) => {
    const environment = shippedWith("dev", ["vault"], { "vault.server.address": address });
    const { domains } = synthesizeEnvironment(environment)
      .stack("foundation")
      .resource("aws_route53_resolver_firewall_domain_list", { name: "secrets-dev-allow" });
    expect(domains).toEqual([...OF_AWS, ...names]);
  });

  test.each([
    ["without the firewall", changed(dev, { "network.dnsFirewall": false })],
    ["in an adopted VPC", adopt],
  ])("are all %s", (_, settings) => {
    expect(foundation(settings).addresses.filter((address) => address.includes("route53"))).toEqual([]);
  });
});

test.each([
  ["me-central-1", 0],
  ["ap-southeast-9", 1],
])("of the Region %s, %d warnings come, with the date of the table", (region, times) => {
  const warnings = jest.spyOn(Annotations.prototype, "addWarning").mockReturnValue();
  foundation(
    changed(adopt, {
      region,
      "databases.main.host": "orders.cluster-c0example.me-central-1.rds.amazonaws.com",
      "databases.main.superuserSecretArn": `arn:aws:secretsmanager:${region}:111122223333:secret:superuser-AbCdEf`,
      "databases.main.superuserSecretKeyArn": undefined,
    }),
  );
  expect(
    warnings.mock.calls.filter(([text]) => text.includes(`got "${region}", which was none on 20`)),
  ).toHaveLength(times);
  warnings.mockRestore();
});
