import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changed, environmentFolder } from "./support/environment-files";
import {
  projectRoot,
  type SynthesizedEnvironment,
  shippedEnvironments,
  shippedSettings,
  synthesizeEnvironment,
  variants,
} from "./support/shipped";
import { jsonencoded } from "./support/template";

const synthesized = Object.fromEntries(
  variants.map(([title, environment]) => [title, synthesizeEnvironment(environment)]),
);

function shipped(title: string): SynthesizedEnvironment {
  const found = synthesized[title];
  if (!found) throw new Error(`no environment ${title}`);
  return found;
}

test("the shipped environments are the ones that the README names", () => {
  const readme = readFileSync(join(__dirname, "..", "README.md"), "utf8");
  const named = [...readme.matchAll(/^\| `environments\/([\w-]+)\.json` /gm)].map(([, name]) => name);
  expect(shippedEnvironments.sort()).toEqual(named.sort());
});

/**
 * Sids of what has to be allowed on all resources: logins, metrics, what a Region has of something, default quotas, and
 * a node's sessions belong to no resource; Lambda wants the network interface actions on all.
 */
const UNLIMITED = ["CheckLogins", "AttachToVpc", "FindLogGroups", "CountWhatIsUsed", "ReadDefaults"];
const UNLIMITED_OF_NODES = ["Metrics", "Agent", "Sessions"];

function unlimitedSids(title: string): string[] {
  return (
    Object.values(shipped(title).stacks)
      .flatMap((template) => template.allStatements)
      .filter(({ effect, resources }) => effect !== "Deny" && resources?.some((arn) => arn === "*"))
      // In a key's policy the star is the key itself.
      .filter(({ document }) => !isKeyPolicy(document))
      .map(({ sid = "" }) => sid)
  );
}

test("each statement that may allow all resources does so in some environment", () => {
  const found = new Set(variants.flatMap(([title]) => unlimitedSids(title)));
  expect([...found].sort()).toEqual([...UNLIMITED, ...UNLIMITED_OF_NODES].sort());
});

describe.each(variants.map(([title]) => title))("%s", (title) => {
  const { environment, stacks, directory, dependencies } = shipped(title);
  const { name, backends, operations } = environment;
  const native = backends.includes("native");
  const vaultPort = backends.includes("vault") ? 8200 : undefined;
  const server = environment.vault?.server;
  const vaultInVpc = server?.kind === "adopted" && server.location?.kind === "vpc";
  const makesVault = server?.kind === "created";
  const templates = Object.values(stacks);
  const resources = (type: string) => templates.flatMap((template) => template.resources(type));

  test("has its stacks, in an order in which they can be deployed", () => {
    expect(dependencies).toEqual({
      [`${name}-foundation`]: [],
      ...Object.fromEntries(backends.map((part) => [`${name}-${part}`, [`${name}-foundation`]])),
      ...(makesVault && {
        [`${name}-vault-server`]: [`${name}-foundation`],
        [`${name}-vault`]: expect.arrayContaining([`${name}-vault-server`]),
      }),
      [`${name}-functions`]: expect.arrayContaining(backends.map((part) => `${name}-${part}`)),
      ...(operations && {
        [`${name}-operations`]: expect.arrayContaining(
          ["foundation", ...backends, "functions"].map((part) => `${name}-${part}`),
        ),
      }),
    });
  });

  test("copies each function's zip under the path that the function names", () => {
    expect(resources("aws_lambda_function")).not.toEqual([]);
    for (const [part, template] of Object.entries(stacks)) {
      for (const { filename } of template.resources("aws_lambda_function"))
        expect(existsSync(join(directory, "stacks", `${name}-${part}`, filename))).toBe(true);
    }
  });

  test("allows exactly the pairs that talk", () => {
    const ports = (direction: string) =>
      resources(`aws_vpc_security_group_${direction}_rule`)
        .map(({ ip_protocol, from_port, to_port }) => `${ip_protocol} ${from_port}-${to_port}`)
        .sort();
    const expected = (vault: boolean) =>
      [
        ...Object.values(environment.databases).map(
          ({ port, engine }) => port ?? (engine === "aurora-mysql" ? 3306 : 5432),
        ),
        ...(native ? [443] : []),
        ...(vaultPort && vault ? [vaultPort] : []),
        // From Vault to STS.
        ...(vaultPort && vaultInVpc ? [443] : []),
        // From the balancer to the nodes, among the nodes, and from the nodes to endpoints.
        ...(makesVault ? [8200, 8200, 8201, 443] : []),
      ]
        .map((port) => `tcp ${port}-${port}`)
        .sort();
    // From the nodes to S3, which has no security group.
    expect(ports("egress")).toEqual([...(makesVault ? ["tcp 443-443"] : []), ...expected(true)].sort());
    expect(ports("ingress")).toEqual(expected(vaultInVpc || makesVault));
  });

  test("describes every rule, and each rule names a group, addresses only of Vault elsewhere and of S3", () => {
    for (const direction of ["ingress", "egress"]) {
      for (const rule of resources(`aws_vpc_security_group_${direction}_rule`)) {
        expect(rule.description).toMatch(/^(Lambda functions|Vault) \w+/);
        // Nodes of Vault talk among themselves, nothing else does.
        if (!/^Vault nodes /.test(rule.description))
          expect(rule.referenced_security_group_id).not.toBe(rule.security_group_id);
        expect(Object.keys(rule).sort()).toEqual(
          [
            /program/.test(rule.description)
              ? "prefix_list_id"
              : rule.from_port === vaultPort && !vaultInVpc && !makesVault
                ? "cidr_ipv4"
                : "referenced_security_group_id",
            "description",
            "from_port",
            "ip_protocol",
            "security_group_id",
            "to_port",
          ].sort(),
        );
      }
    }
  });

  test("has no rule inside a security group", () => {
    const groups = [...resources("aws_security_group"), ...resources("aws_default_security_group")];
    expect(groups).not.toEqual([]);
    for (const group of groups) {
      expect(group).not.toHaveProperty("ingress");
      expect(group).not.toHaveProperty("egress");
    }
  });

  test("allows all resources only where the API knows no less", () => {
    const allowed = [...UNLIMITED, ...(makesVault ? UNLIMITED_OF_NODES : [])];
    expect(unlimitedSids(title).filter((sid) => !allowed.includes(sid))).toEqual([]);
  });

  test("allows no action by a star, but to the account on its keys and to services through them", () => {
    const broad = templates
      .flatMap((template) => template.allStatements)
      .filter(({ effect, actions }) => effect !== "Deny" && actions.some((action) => action.includes("*")));
    expect(broad).not.toEqual([]);
    for (const { document, actions } of broad) {
      expect(isKeyPolicy(document)).toBe(true);
      expect(actions).not.toContain("kms:*");
    }
  });

  test("trusts everyone only under a condition on the account", () => {
    const open = templates
      .flatMap((template) => template.allStatements)
      .filter(({ principals }) => principals?.some(({ identifiers }) => identifiers.includes("*")))
      .filter(({ effect }) => effect !== "Deny");
    // The policies of the interface endpoints.
    expect(new Set(open.map(({ document }) => document)).size).toBe(resources("aws_vpc_endpoint").length);
    for (const { condition } of open) {
      expect(condition).toContainEqual({
        test: "StringEquals",
        variable: "aws:PrincipalAccount",
        values: [environment.account],
      });
    }
  });

  test("denies everyone by their account or by name, never all", () => {
    const denials = templates
      .flatMap((template) => template.allStatements)
      .filter(({ effect }) => effect === "Deny");
    expect(denials).not.toEqual([]);
    for (const { condition } of denials) expect(condition?.length).toBeGreaterThan(0);
  });

  test("encrypts every log group and keeps it for the environment's time", () => {
    const groups = resources("aws_cloudwatch_log_group");
    expect(groups.length).toBeGreaterThan(0);
    for (const { kms_key_id, retention_in_days } of groups) {
      expect(kms_key_id).toMatch(/LogsKey/);
      expect(retention_in_days).toBe(environment.logRetentionDays);
    }
  });

  test("has log groups that the logs' key serves", () => {
    const foundation = shipped(title).stack("foundation");
    const served = foundation.allStatements
      .filter(({ sid }) => sid === "CloudWatchLogs")
      .flatMap(({ condition }) => condition?.[0]?.values ?? [])
      .map((arn) => arn.replace(/^.*:log-group:/, "").replace(/\*$/, ""));
    for (const { name: group } of resources("aws_cloudwatch_log_group"))
      expect(served.some((prefix) => group.startsWith(prefix))).toBe(true);
  });

  test("writes no password: every first version is the connection alone", () => {
    const versions = resources("aws_secretsmanager_secret_version");
    expect(versions).toHaveLength(native ? environment.secrets.length : 0);
    for (const { secret_string } of versions) {
      expect(Object.keys(jsonencoded(secret_string)).sort()).toEqual([
        "dbname",
        "engine",
        "host",
        "masterarn",
        "port",
        "username",
      ]);
    }
  });

  test("gives functions names and addresses only", () => {
    const names = resources("aws_lambda_function").flatMap(({ environment }) =>
      Object.keys(environment.variables),
    );
    const ofVault = [
      "SECRET_VAULT_PATH",
      "VAULT_ADDR",
      "VAULT_AUTH_PROVIDER",
      "VAULT_AUTH_ROLE",
      "VAULT_CLIENT_TIMEOUT",
      "VAULT_IAM_SERVER_ID",
      "VAULT_RUN_MODE",
      "VAULT_STS_ENDPOINT_REGION",
      "VLE_VAULT_ADDR",
    ];
    const { credentialHealth: checksHealth } = environment.operations || {};
    const ofMonitors = [
      "DATABASE_ENGINE",
      "DATABASE_HOSTS",
      "DATABASE_NAME",
      "ENVIRONMENT_NAME",
      "SECRETS_DIGEST",
      "VPC_ID",
    ];
    expect(new Set(names)).toEqual(
      new Set([
        ...(native ? ["DATABASE_HOSTS", "SUPERUSER_SECRET_ARN", "SECRET_PREFIX"] : ofVault),
        ...(makesVault && !native ? ["VAULT_CACERT_BYTES"] : []),
        ...(checksHealth ? ofMonitors : []),
        "SECRET_NAME",
        "SECRET_SOURCES",
      ]),
    );
  });

  test("gives every function an identity of its own", () => {
    const roles = resources("aws_lambda_function").map(({ role }) => role);
    expect(new Set(roles).size).toBe(roles.length);
    const names = templates.flatMap((template) => template.resources("aws_iam_role")).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("state", () => {
  test("is a file beside cdktf.json, by a path that is the same on every machine", () => {
    for (const [part, template] of Object.entries(shipped("dev").stacks))
      expect(template.terraform.backend).toEqual({
        local: { path: `../../../terraform.dev-${part}.tfstate` },
      });
  });

  test("or is in S3, encrypted with a key and locked by a file", () => {
    for (const [part, template] of Object.entries(shipped("prod").stacks)) {
      expect(template.terraform.backend).toEqual({
        s3: {
          bucket: "example-terraform-state",
          key: `lambda-secrets/prod-${part}.tfstate`,
          region: "ap-northeast-2",
          encrypt: true,
          kms_key_id: "arn:aws:kms:ap-northeast-2:111122223333:alias/terraform-state",
          use_lockfile: true,
        },
      });
    }
  });
});

describe("prod", () => {
  const foundation = shipped("prod").stack("foundation");

  test("is spread over zones, protected from deletion, and leaves a snapshot", () => {
    for (const cluster of foundation.resources("aws_rds_cluster")) {
      expect(cluster).toMatchObject({
        deletion_protection: true,
        skip_final_snapshot: false,
        backup_retention_period: 35,
      });
    }
    expect(foundation.resources("aws_rds_cluster_instance")).toHaveLength(4);
  });

  test("lets deployers only delete secrets", () => {
    const { environment, stack } = shipped("prod");
    const native = stack("native");
    const policies = native.resources("aws_secretsmanager_secret_policy");
    expect(policies).toHaveLength(environment.secrets.length);
    for (const { policy } of policies)
      expect(native.statement(policy, "OnlyDeployersDeleteOrChange").effect).toBe("Deny");
  });
});

describe("dev", () => {
  test("sends nothing to an emulator", () => {
    for (const template of Object.values(shipped("dev").stacks))
      expect(template.provider("aws")).not.toHaveProperty("profile");
  });
});

describe("node scripts/app.mjs", () => {
  function app(variables: Readonly<Record<string, string>>) {
    const directory = mkdtempSync(join(tmpdir(), "app-"));
    const env = { ...process.env, CDKTF_OUTDIR: directory, ...variables };
    const child = spawnSync(process.execPath, [join(projectRoot, "scripts", "app.mjs")], {
      cwd: directory,
      env,
      encoding: "utf8",
    });
    return { ...child, directory };
  }

  test("synthesizes the environment that ENVIRONMENT names", () => {
    const { status, stderr, directory } = app({ ENVIRONMENT: "adopt" });
    expect([status, stderr]).toEqual([0, ""]);
    expect(existsSync(join(directory, "stacks", "adopt-native", "cdk.tf.json"))).toBe(true);
  });

  test("says what is wrong with an environment in words, without a stack trace, and ends with 1", () => {
    const settings = changed(shippedSettings("dev"), {
      account: "1",
      "secrets[0].schedule": "rate(1 hour)",
      "secrets[0].password": "hunter2",
    });
    const file = join(environmentFolder({ "broken.json": settings }), "environments", "broken.json");
    const { status, stdout, stderr, directory } = app({ ENVIRONMENT: file });
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(`${file} has 3 problems:

  account
    rule  must be an AWS account id of 12 digits
    got   "1"
    fix   write it as a string, for example "111122223333"

  secrets[0].schedule
    rule  Secrets Manager rotates at most every 4 hours and at least every 999 days
    got   "rate(1 hour)"
    fix   write "rate(7 days)"

  secrets[0]
    rule  only these keys are known here: name, database, user, strategy, schedule, window, groupRoles, grants, iamUser
    got   "password"
    fix   remove "password"
`);
    expect(existsSync(join(directory, "stacks"))).toBe(false);
  });

  test("says so when there is no such environment", () => {
    const { status, stderr } = app({ ENVIRONMENT: "staging" });
    expect(status).toBe(1);
    expect(stderr).toContain("fix   name one of adopt, dev, local, prod, vault");
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

function isKeyPolicy(document: string): boolean {
  return /Key(-\w+)?_Policy_/.test(document);
}
