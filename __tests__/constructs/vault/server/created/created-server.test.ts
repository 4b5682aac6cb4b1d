import {
  CreatedVaultServer,
  type CreatedVaultServerProps,
} from "../../../../../constructs/vault/server/created/created-server";
import { VaultStorage } from "../../../../../constructs/vault/server/created/storage";
import { account, host, network } from "../../../../support/fixtures";
import { type Attributes, synthesize, type Template } from "../../../../support/template";
import { warningsOf } from "../../support";

const certificateSecretArn = "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:app/tls-AbCdEf";

function createdServer(changes: Partial<CreatedVaultServerProps> = {}) {
  return synthesize((scope) => {
    const { deletionProtection = true } = changes;
    const settings = { account, namePrefix: "app", retentionDays: 30, deletionProtection };
    return new CreatedVaultServer(scope, "Server", {
      host,
      storage: new VaultStorage(scope, "Storage", settings),
      hostName: "vault.app.internal",
      software: "vault",
      nodes: 3,
      instanceType: "t4g.medium",
      volumeGib: 20,
      program: { name: "vault", sha256: "a".repeat(64) },
      plugins: [],
      operators: [],
      certificateSecretArn,
      snapshotSchedule: "*-*-* *:15:00",
      deletionProtection,
      ...changes,
    });
  });
}

const { built, template, resolve } = createdServer();
const group = (part: string) => template.reference("id", "aws_security_group", part);

describe("nodes", () => {
  test("are spread over the subnets, each at an address that outlives its machine", () => {
    const interfaces = template.resources("aws_network_interface");
    expect(interfaces.map(({ subnet_id }) => subnet_id)).toEqual(["subnet-1", "subnet-2", "subnet-1"]);
    const used = template.resources("aws_instance").map(({ network_interface }) => network_interface);
    expect(used).toEqual(
      ["node-1", "node-2", "node-3"].map((id) => [
        { device_index: 0, network_interface_id: template.reference("id", "aws_network_interface", id) },
      ]),
    );
  });

  test("keep their data on encrypted volumes in their zones, which no plan destroys", () => {
    const volumes = template.resources("aws_ebs_volume");
    expect(volumes.map(({ availability_zone }) => availability_zone)).toEqual(
      ["a", "c", "a"].map((letter) => `ap-northeast-2${letter}`),
    );
    for (const volume of volumes)
      expect(volume).toMatchObject({
        type: "gp3",
        size: 20,
        encrypted: true,
        kms_key_id: template.reference("arn", "aws_kms_key", "Storage_Key"),
        lifecycle: { prevent_destroy: true },
      });
  });

  test("stay where they are when the network gets another subnet", () => {
    for (const { lifecycle } of template.resources("aws_network_interface"))
      expect(lifecycle.ignore_changes).toEqual(["subnet_id"]);
    for (const { lifecycle } of template.resources("aws_ebs_volume"))
      expect(lifecycle.ignore_changes).toEqual(["availability_zone"]);
  });

  test("are not replaced by a new image, type or configuration until somebody rolls them", () => {
    for (const { lifecycle } of template.resources("aws_instance"))
      expect(lifecycle.ignore_changes).toEqual(["ami", "instance_type", "user_data_base64"]);
    expect(Object.values(built.machines).map(({ resourceAddress }) => resourceAddress)).toEqual(
      template.addresses.filter((address) => address.startsWith("aws_instance.")),
    );
  });

  test("hand out credentials by IMDSv2 to the machine itself alone, and recover", () => {
    for (const instance of template.resources("aws_instance"))
      expect(instance).toMatchObject({
        metadata_options: {
          http_endpoint: "enabled",
          http_tokens: "required",
          http_put_response_hop_limit: 1,
        },
        maintenance_options: { auto_recovery: "default" },
        root_block_device: { encrypted: true },
      });
  });

  test("are of the newest Amazon Linux, or of an image that has the program", () => {
    const { data } = JSON.parse(template.text);
    const [image] = Object.values<Attributes>(data.aws_ssm_parameter);
    expect(image?.name).toBe("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64");
    const baked = createdServer({ imageId: "ami-1", program: undefined }).template;
    expect(baked.resources("aws_instance").map(({ ami }) => ami)).toEqual(["ami-1", "ami-1", "ami-1"]);
    expect(baked.text).not.toContain("/aws/service/");
  });

  test("start once they may work and can reach AWS", () => {
    const endpoints = template.addresses.filter((address) => address.startsWith("aws_vpc_endpoint."));
    for (const { depends_on } of template.resources("aws_instance"))
      expect(depends_on).toEqual(
        expect.arrayContaining([...endpoints, template.address("aws_iam_role_policy", "Server_Role")]),
      );
  });

  test("of OpenBao initialise themselves by the first, as long as its first volume is there", () => {
    const operators = ["arn:aws:iam::111122223333:role/ci/deployer"];
    const { template } = createdServer({ software: "openbao", operators });
    const { locals } = JSON.parse(template.text);
    const [first = "", ...others] = Object.keys(locals).filter((name) => name.includes("UserData"));
    const volume = template.reference("output", "terraform_data", "FirstVolume");
    expect(locals[first]).toContain(`INITIALISED_VOLUME=${volume}\\n`);
    expect(locals[first]).toContain("arn:aws:iam::111122223333:role/deployer");
    for (const other of others) expect(locals[other]).not.toContain('/opt/vault-server/initialise.json\\"');
    expect(template.resource("terraform_data")).toMatchObject({
      input: template.reference("id", "aws_ebs_volume", "node-1"),
      lifecycle: { ignore_changes: ["input"] },
    });
  });

  test("get what differs between them", () => {
    const { locals } = JSON.parse(template.text);
    const texts = Object.entries<string>(locals).filter(([name]) => name.includes("UserData"));
    expect(texts).toHaveLength(3);
    for (const [name, text] of texts) {
      expect(text).toContain(`NODE_ID=${/node-\d/.exec(name)?.[0]}\\n`);
      expect(text).toContain(
        template.reference("dns_entry[0].dns_name", "aws_vpc_endpoint", "secretsmanager"),
      );
    }
  });
});

test.each([
  [3, 2, 1],
  [3, 3, 0],
  [1, 2, 0],
])("%i nodes in %i zones get %i warnings that one zone has the majority", (nodes, zones, warnings) => {
  const some = { subnetIds: network.subnetIds, zones: network.zones };
  const three = { subnetIds: ["subnet-1", "subnet-2", "subnet-3"], zones: ["a", "b", "c"] };
  const { built } = createdServer({
    nodes,
    host: { ...host, network: { ...network, ...(zones === 3 ? three : some) } },
  });
  expect(warningsOf(built).filter((text) => text.includes("one zone has the majority"))).toHaveLength(
    warnings,
  );
});

test.each([
  ["t4g.medium", 0],
  ["t4g.huge", 1],
])("of machines of the type %s, a warning comes %d times", (instanceType, warnings) => {
  const { built } = createdServer({ instanceType });
  expect(warningsOf(built).filter((text) => text.startsWith("instanceType must be"))).toHaveLength(warnings);
});

describe("permissions of a node", () => {
  const statements = template.statements(template.resource("aws_iam_role_policy").policy);
  const bucket = template.reference("arn", "aws_s3_bucket", "Storage");

  test("are these and no others", () => {
    expect(
      Object.fromEntries(statements.map(({ sid, actions, resources }) => [sid, { actions, resources }])),
    ).toEqual({
      Unseal: {
        actions: ["kms:Encrypt", "kms:Decrypt", "kms:DescribeKey"],
        resources: [template.reference("arn", "aws_kms_key", "SealKey")],
      },
      Program: { actions: ["s3:GetObject"], resources: [`${bucket}/vault-server/*`] },
      Snapshots: { actions: ["s3:PutObject"], resources: [`${bucket}/snapshots/*`] },
      AgeOfSnapshots: { actions: ["s3:ListBucket"], resources: [bucket] },
      Certificate: { actions: ["secretsmanager:GetSecretValue"], resources: [certificateSecretArn] },
      AuditLog: {
        actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
        resources: [`${template.reference("arn", "aws_cloudwatch_log_group")}:*`],
      },
      Metrics: { actions: ["cloudwatch:PutMetricData"], resources: ["*"] },
      Agent: { actions: ["ssm:UpdateInstanceInformation"], resources: ["*"] },
      Sessions: {
        actions: [
          "ssmmessages:CreateControlChannel",
          "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel",
          "ssmmessages:OpenDataChannel",
        ],
        resources: ["*"],
      },
      BucketKey: {
        actions: ["kms:Decrypt", "kms:GenerateDataKey"],
        resources: [template.reference("arn", "aws_kms_key", "Storage_Key")],
      },
      CertificateKey: {
        actions: ["kms:Decrypt"],
        resources: ["arn:aws:kms:ap-northeast-2:111122223333:key/*"],
      },
    });
  });

  const conditions = statements.flatMap(({ sid, condition = [] }) =>
    condition.map(({ variable, values }) => `${sid} ${variable} ${values}`),
  );
  const ofNetwork = conditions.filter((condition) => condition.includes(" aws:SourceVpc "));

  test("are good from the network only, but for what services do with keys on the node's behalf", () => {
    const sids = statements.map(({ sid }) => sid).filter((sid) => !sid?.endsWith("Key"));
    expect(ofNetwork).toEqual(sids.map((sid) => `${sid} aws:SourceVpc vpc-1`));
  });

  test("are narrowed to snapshots, to its metrics, to one secret of a key and to the services that use keys", () => {
    expect(conditions.filter((condition) => !ofNetwork.includes(condition))).toEqual([
      "AgeOfSnapshots s3:prefix snapshots/",
      "Metrics cloudwatch:namespace VaultServer",
      "BucketKey kms:ViaService s3.ap-northeast-2.amazonaws.com",
      "CertificateKey kms:ViaService secretsmanager.ap-northeast-2.amazonaws.com",
      `CertificateKey kms:EncryptionContext:SecretARN ${certificateSecretArn}`,
    ]);
  });

  test("are EC2's to hand out", () => {
    expect(template.statements(template.resource("aws_iam_role").assume_role_policy)).toEqual([
      { actions: ["sts:AssumeRole"], principals: [{ type: "Service", identifiers: ["ec2.amazonaws.com"] }] },
    ]);
  });
});

test("the seal's key is used by nodes alone, and no plan destroys it", () => {
  const key = template.resource("aws_kms_key", { description: "Unseals the Vault server" });
  expect(key).toMatchObject({
    enable_key_rotation: true,
    deletion_window_in_days: 30,
    lifecycle: { prevent_destroy: true },
  });
  expect(template.statement(key.policy, "Unseal")).toMatchObject({
    actions: ["kms:Encrypt", "kms:Decrypt"],
    condition: [
      {
        test: "ArnEquals",
        variable: "aws:PrincipalArn",
        values: [`arn:aws:iam::111122223333:role/${template.resource("aws_iam_role").name}`],
      },
    ],
  });
});

/** `from -> to port`, by the ids of the groups. */
function traffic(of: Template): string[] {
  const name = (id: string) => /aws_security_group\.Server_(\w+?)_?SecurityGroup/.exec(id)?.[1] ?? id;
  return of
    .resources("aws_vpc_security_group_egress_rule")
    .map((rule) => {
      const to = rule.referenced_security_group_id ?? "S3";
      return `${name(rule.security_group_id)} -> ${name(to)} ${rule.from_port}`;
    })
    .sort();
}

test("admits exactly the pairs that talk", () => {
  expect(traffic(template)).toEqual([
    "Balancer -> Node 8200",
    "Node -> Endpoints 443",
    "Node -> Node 8200",
    "Node -> Node 8201",
    "Node -> S3 443",
  ]);
  const ingress = template.resources("aws_vpc_security_group_ingress_rule");
  expect(ingress).toHaveLength(4);
  expect(resolve(built.servers)).toEqual([{ id: "Vault", port: 8200, securityGroupId: group("Balancer") }]);
});

describe("endpoints", () => {
  const interfaces = template
    .resources("aws_vpc_endpoint")
    .filter(({ vpc_endpoint_type }) => vpc_endpoint_type === "Interface");
  const service = ({ service_name }: Attributes) => service_name.split(".").at(-1);

  test("are those that a node calls; EC2 and IAM are not among them", () => {
    expect(interfaces.map(service).sort()).toEqual([
      "kms",
      "logs",
      "monitoring",
      "secretsmanager",
      "ssm",
      "ssmmessages",
      "sts",
    ]);
  });

  test("leave the usual names of STS and Secrets Manager to endpoints of functions", () => {
    const named = interfaces.filter(({ private_dns_enabled }) => !private_dns_enabled).map(service);
    expect(named.sort()).toEqual(["secretsmanager", "sts"]);
    expect(resolve(built.stsUrl)).toBe(
      `https://${template.reference("dns_entry[0].dns_name", "aws_vpc_endpoint", "Endpoint-sts")}`,
    );
  });

  test("are known by what their names have after the prefix", () => {
    expect(Object.keys(built.endpoints).map((name) => `app-${name}`)).toEqual(
      expect.arrayContaining(interfaces.map(({ tags }) => tags.Name)),
    );
    expect(resolve(built.endpoints["vault-kms"]?.id)).toBe(
      template.reference("id", "aws_vpc_endpoint", "Endpoint-kms"),
    );
  });

  test("pass what a node may do, for principals of the account", () => {
    const ofAccount = { test: "StringEquals", variable: "aws:PrincipalAccount", values: ["111122223333"] };
    for (const endpoint of template.resources("aws_vpc_endpoint"))
      for (const statement of template.statements(endpoint.policy))
        expect(statement.condition).toEqual(expect.arrayContaining([ofAccount]));
    const kms = interfaces.find((endpoint) => service(endpoint) === "kms");
    expect(template.statements(kms?.policy)).toMatchObject([
      { sid: "Unseal", resources: [template.reference("arn", "aws_kms_key", "SealKey")] },
    ]);
    const sts = interfaces.find((endpoint) => service(endpoint) === "sts");
    expect(template.statements(sts?.policy)).toMatchObject([{ actions: ["sts:GetCallerIdentity"] }]);
  });

  test("are in the nodes' zones only, which they cost by", () => {
    const one = createdServer({ nodes: 1 }).template.resource("aws_vpc_endpoint", {
      service_name: "com.amazonaws.ap-northeast-2.kms",
    });
    expect(one.subnet_ids).toEqual(["subnet-1"]);
    expect(interfaces[0]?.subnet_ids).toEqual(["subnet-1", "subnet-2"]);
  });

  test("lead to S3 by a gateway in the subnets' route tables", () => {
    const gateway = template.resource("aws_vpc_endpoint", { vpc_endpoint_type: "Gateway" });
    expect(gateway).toMatchObject({
      service_name: "com.amazonaws.ap-northeast-2.s3",
      route_table_ids: ["rtb-1"],
    });
    expect(template.statements(gateway.policy).map(({ sid }) => sid)).toEqual([
      "Program",
      "Snapshots",
      "AgeOfSnapshots",
    ]);
  });

  test("that the VPC has are used: only rules are made", () => {
    const adopted = createdServer({ existingEndpointGroupIds: ["sg-1", "sg-2"] });
    expect(adopted.template.resources("aws_vpc_endpoint")).toEqual([]);
    expect(traffic(adopted.template).filter((pair) => pair.startsWith("Node"))).toEqual([
      "Node -> Node 8200",
      "Node -> Node 8201",
      "Node -> S3 443",
      "Node -> sg-1 443",
      "Node -> sg-2 443",
    ]);
    expect(adopted.built.stsUrl).toBeUndefined();
    expect(adopted.built.endpoints).toEqual({});
  });
});

describe("the balancer", () => {
  test("passes TLS on to nodes that are initialised and unsealed, with the client's address", () => {
    expect(template.resource("aws_lb")).toMatchObject({
      internal: true,
      load_balancer_type: "network",
      security_groups: [group("Balancer")],
      enable_deletion_protection: true,
    });
    expect(template.resource("aws_lb_listener")).toMatchObject({ protocol: "TCP", port: 8200 });
    expect(template.resource("aws_lb_target_group")).toMatchObject({
      protocol: "TCP",
      target_type: "ip",
      preserve_client_ip: "true",
      health_check: {
        protocol: "HTTPS",
        path: "/v1/sys/health?standbyok=true&perfstandbyok=true",
        matcher: "200",
      },
    });
    expect(template.resources("aws_lb_target_group_attachment").map(({ target_id }) => target_id)).toEqual(
      ["node-1", "node-2", "node-3"].map((id) =>
        template.reference("private_ip", "aws_network_interface", id),
      ),
    );
  });

  test("has a name in the VPC, and no other name is taken from anybody", () => {
    expect(template.resource("aws_route53_zone")).toMatchObject({
      name: "vault.app.internal",
      vpc: [{ vpc_id: network.vpcId }],
    });
    expect(template.resource("aws_route53_record")).toMatchObject({ name: "vault.app.internal", type: "A" });
  });
});

test("without deletion protection all of it can be destroyed", () => {
  const { template } = createdServer({ deletionProtection: false });
  expect(template.text).not.toContain("prevent_destroy");
  expect(template.resource("aws_lb").enable_deletion_protection).toBe(false);
});
