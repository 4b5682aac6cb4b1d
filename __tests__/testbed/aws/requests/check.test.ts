import { type CheckedRequests, checkRequests, faultsOf } from "../../../../testbed/aws/requests/check";
import type { RecordedRequest } from "../../../../testbed/aws/requests/recorder";

type Parts = Pick<RecordedRequest, "service"> & Partial<Omit<RecordedRequest, "body">> & { body?: string };

function request({ body = "", ...parts }: Parts): RecordedRequest {
  const defaults = { method: "POST", url: "/", headers: {}, unknownToEmulator: false };
  return { ...defaults, ...parts, body: Buffer.from(body) };
}

function query(service: string, parameters: Record<string, string>): RecordedRequest {
  const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
  return request({ service, headers, body: new URLSearchParams(parameters).toString() });
}

function json(service: string, target: string, input: object): RecordedRequest {
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
  return request({ service, headers, body: JSON.stringify(input) });
}

const group = (more: Record<string, string>) =>
  query("ec2", {
    Action: "CreateSecurityGroup",
    GroupName: "app",
    GroupDescription: "Functions",
    ...more,
  });
const cluster = (more: Record<string, string>) =>
  query("rds", { Action: "CreateDBCluster", DBClusterIdentifier: "app", Engine: "aurora-mysql", ...more });
const logGroup = (more: object) =>
  json("logs", "Logs_20140328.CreateLogGroup", { logGroupName: "/app", ...more });
const secret = (more: object) =>
  json("secretsmanager", "secretsmanager.CreateSecret", { Name: "app/orders", ...more });
const lambda = (more: object) =>
  request({
    service: "lambda",
    url: "/2015-03-31/functions",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      FunctionName: "app",
      Role: "arn:aws:iam::111122223333:role/app",
      Code: {},
      ...more,
    }),
  });
const bucket = (name: string, content: string) =>
  request({
    service: "s3",
    method: "PUT",
    url: `/${name}`,
    body: `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</CreateBucketConfiguration>`,
  });
const dashboard = (DashboardBody: string) =>
  query("monitoring", { Action: "PutDashboard", DashboardName: "app", DashboardBody });
const DASHBOARD_RULE =
  "monitoring:PutDashboard DashboardBody must be JSON with at most 500 widgets (Amazon CloudWatch API Reference, " +
  "Dashboard Body Structure and Syntax)";
const rolePolicy = (PolicyName: string, characters: number) =>
  query("iam", {
    Action: "PutRolePolicy",
    RoleName: "app",
    PolicyName,
    PolicyDocument: "x\n".repeat(characters),
  });

/** By what is wrong: the request, and how what is found begins. */
const WRONG: Readonly<Record<string, readonly [RecordedRequest, string]>> = {
  "query: no required member": [
    query("rds", { Action: "CreateDBCluster", Engine: "aurora-mysql" }),
    "rds:CreateDBCluster the request must have DBClusterIdentifier, got nothing",
  ],
  "query: no number": [cluster({ Port: "abc" }), "rds:CreateDBCluster Port must be of the type int, got abc"],
  "query: no switch": [
    cluster({ StorageEncrypted: "yes" }),
    "rds:CreateDBCluster StorageEncrypted must be of the type bool, got yes",
  ],
  "query: no member of the model": [
    cluster({ "Nonsense.member.1": "x" }),
    "rds:CreateDBCluster the request has no member Nonsense.member.1",
  ],
  "query: a name that only the documents forbid": [
    cluster({ DBClusterIdentifier: "app--main" }),
    "rds:CreateDBCluster DBClusterIdentifier must be at most 63 letters, digits and single hyphens",
  ],
  "query: characters of a policy": [
    query("iam", { Action: "CreatePolicy", PolicyName: "app", PolicyDocument: '{"Sid":"\u2192"}' }),
    "iam:CreatePolicy PolicyDocument must match [",
  ],
  "query: a policy that is too large": [
    query("iam", { Action: "CreatePolicy", PolicyName: "app", PolicyDocument: "x".repeat(6_145) }),
    "iam:CreatePolicy PolicyDocument must be at most 6,144 characters, without white space",
  ],
  "query: a name of a load balancer": [
    query("elasticloadbalancing", {
      Action: "CreateLoadBalancer",
      Version: "2015-12-01",
      Name: "a".repeat(33),
    }),
    "elasticloadbalancing:CreateLoadBalancer Name must be 1 to 32 letters, digits and hyphens",
  ],
  "query: a dashboard": [
    query("monitoring", {
      Action: "PutDashboard",
      DashboardName: "app.main",
      DashboardBody: '{"widgets":[]}',
    }),
    "monitoring:PutDashboard DashboardName must be 1 to 255 letters, digits, - and _",
  ],
  "query: a dashboard that is no JSON": [dashboard("no JSON"), `${DASHBOARD_RULE}, got 7 in all`],
  "query: a dashboard without widgets": [dashboard("{}"), `${DASHBOARD_RULE}, got 2 in all`],
  "EC2: a value that is none of its enumeration": [
    query("ec2", { Action: "CreateVpcEndpoint", VpcId: "vpc-1", ServiceName: "x", VpcEndpointType: "Wide" }),
    "ec2:CreateVpcEndpoint VpcEndpointType must be one of Interface, Gateway",
  ],
  "EC2: a character of a description": [
    group({ GroupDescription: "the functions' group" }),
    "ec2:CreateSecurityGroup Description must be at most 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$* (Amazon",
  ],
  "EC2: a description of a rule": [
    query("ec2", {
      Action: "AuthorizeSecurityGroupIngress",
      GroupId: "sg-1",
      "IpPermissions.1.Groups.1.GroupId": "sg-2",
      "IpPermissions.1.Groups.1.Description": "from the functions'",
    }),
    "ec2:AuthorizeSecurityGroupIngress IpPermissions[].UserIdGroupPairs[].Description must be at most 255",
  ],
  "JSON: a pattern": [
    logGroup({ logGroupName: "/app main" }),
    "logs:CreateLogGroup logGroupName must match [\\.\\-_/#A-Za-z0-9]+, got /app main (logGroupName /app main)",
  ],
  "JSON: an enumeration": [
    logGroup({ logGroupClass: "CHEAP" }),
    "logs:CreateLogGroup logGroupClass must be one of STANDARD",
  ],
  "JSON: another type": [
    logGroup({ kmsKeyId: 5 }),
    "logs:CreateLogGroup kmsKeyId must be of the type str, got 5",
  ],
  "JSON: no member of the model": [
    logGroup({ retentionInDays: 5 }),
    "logs:CreateLogGroup the request has no member retentionInDays",
  ],
  "JSON: too long": [
    secret({ Name: "n".repeat(513) }),
    "secretsmanager:CreateSecret Name must be at most 512 long",
  ],
  "JSON: a tag": [
    secret({ Tags: [{ Key: "owner", Value: "a; b" }] }),
    "secretsmanager:CreateSecret Tags[] must be at most 256 letters, digits, spaces and _.:/=+-@",
  ],
  "JSON: too many tags": [
    secret({ Tags: Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: "" })) }),
    "secretsmanager:CreateSecret Tags[] must be at most 50",
  ],
  "JSON: a target as Go's SDK writes it": [
    json("cloudtrail", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.CreateTrail", { Name: "app" }),
    "cloudtrail:CreateTrail the request must have S3BucketName, got nothing",
  ],
  "REST-JSON: a number as a text": [
    lambda({ Timeout: "30" }),
    "lambda:CreateFunction Timeout must be of the type int, got 30",
  ],
  "REST-JSON: a range": [
    lambda({ MemorySize: 99_999 }),
    "lambda:CreateFunction MemorySize must be at most 32768, got 99999",
  ],
  "REST-JSON: an enumeration": [
    lambda({ Runtime: "nodejs23.x" }),
    "lambda:CreateFunction Runtime must be one of nodejs,",
  ],
  "REST-JSON: variables": [
    lambda({ Environment: { Variables: { LONG: "v".repeat(4_093) } } }),
    "lambda:CreateFunction Environment.Variables must be at most 4,096 bytes together (AWS Lambda",
  ],
  "REST-JSON: a pattern in the path": [
    request({ service: "lambda", method: "GET", url: "/2015-03-31/functions/app%20main" }),
    "lambda:GetFunction FunctionName must match",
  ],
  "REST-JSON: no call of the model": [
    request({ service: "lambda", method: "GET", url: "/2031-01-01/dreams/app?of=sheep" }),
    "lambda:GET /2031-01-01/dreams/app the request must be one of AWS's models",
  ],
  "REST-XML: an enumeration": [
    bucket("app", "<LocationConstraint>moon-1</LocationConstraint>"),
    "s3:CreateBucket CreateBucketConfiguration.LocationConstraint must be one of",
  ],
  "REST-XML: no member of the model": [
    bucket("app", "<Nonsense>x</Nonsense>"),
    "s3:CreateBucket CreateBucketConfiguration has no member Nonsense",
  ],
  "REST-XML: a name that only the documents forbid": [
    bucket("App", ""),
    "s3:CreateBucket Bucket must be 3 to 63 lower-case letters, digits, dots and hyphens",
  ],
  "REST-XML: no required member": [
    request({
      service: "route53",
      url: "/2013-04-01/hostedzone",
      body: '<CreateHostedZoneRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Name>app</Name></CreateHostedZoneRequest>',
    }),
    "route53:CreateHostedZone the request must have CallerReference",
  ],
  "a service that no model has": [
    request({ service: "dreams", url: "/" }),
    "dreams:a service that signs with the name dreams the request must be one of AWS's models",
  ],
};

let checked: CheckedRequests;
let found: string[];

beforeAll(async () => {
  checked = await checkRequests(Object.values(WRONG).map(([wrong]) => wrong));
  found = faultsOf(checked);
});

test.each(Object.entries(WRONG))("%s is found", (_, [, begin]) => {
  expect(found.filter((violation) => violation.startsWith(begin))).toHaveLength(1);
});

test("nothing else is found, and requests are counted by service", () => {
  expect(found).toHaveLength(Object.keys(WRONG).length);
  expect(checked.checked).toMatchObject({ rds: 5, ec2: 3, logs: 4, lambda: 5, s3: 3, route53: 1 });
});

test("right requests break nothing, and what the emulator does not know is told once", async () => {
  const right = [
    group({ GroupDescription: "RDS (main) #1: 5432/tcp", "TagSpecification.1.Tag.1.Key": "owner" }),
    cluster({ Port: "5432", StorageEncrypted: "true" }),
    logGroup({ logGroupClass: "STANDARD", tags: { Zielgruppe: "Straßen" } }),
    secret({ SecretString: "{}", Tags: [{ Key: "owner", Value: "a b" }] }),
    lambda({ Timeout: 900, Runtime: "nodejs24.x", Environment: { Variables: { LONG: "v".repeat(4_092) } } }),
    bucket("app.main-1", "<LocationConstraint>eu-west-1</LocationConstraint>"),
  ];
  const unknown = right.map((one) => ({ ...one, unknownToEmulator: one.service === "rds" }));
  const result = await checkRequests([...unknown, ...unknown]);
  expect(result).toEqual({
    checked: { ec2: 2, rds: 2, logs: 2, secretsmanager: 2, lambda: 2, s3: 2 },
    violations: [],
    unknownToEmulator: ["rds:CreateDBCluster"],
  });
  expect(faultsOf(result)).toEqual([
    "rds:CreateDBCluster is new to the emulator, and not in unknown-operations.ts",
  ]);
});

test("inline policies of a role add up, but for those that are replaced or deleted", async () => {
  const deleted = query("iam", { Action: "DeleteRolePolicy", RoleName: "app", PolicyName: "b" });
  const fitting = [
    rolePolicy("a", 5_000),
    rolePolicy("a", 6_000),
    rolePolicy("b", 4_000),
    deleted,
    rolePolicy("c", 4_240),
  ];
  expect((await checkRequests(fitting)).violations).toEqual([]);
  const { violations } = await checkRequests([...fitting, rolePolicy("d", 1)]);
  expect(violations.map(({ got }) => got)).toEqual(["10241 characters"]);
});

test("a role that is made again begins without policies", async () => {
  const deleted = query("iam", { Action: "DeleteRole", RoleName: "app" });
  const requests = [rolePolicy("a", 10_000), deleted, rolePolicy("b", 10_000)];
  expect((await checkRequests(requests)).violations).toEqual([]);
});

test("no secret is shown", async () => {
  const password = "hunter2-".repeat(9_000);
  const { violations } = await checkRequests([
    secret({ SecretString: password }),
    secret({ SecretString: [password] }),
    lambda({ Environment: { Variables: { PASSWORD: password, "not a name": password } } }),
    cluster({ MasterUserPassword: password, MasterUsername: "1" }),
    json("ssm", "AmazonSSM.PutParameter", { Name: "app", Type: "SecureString", Value: { text: password } }),
  ]);
  expect(violations.length).toBeGreaterThan(4);
  expect(JSON.stringify(violations)).not.toContain("hunter2");
});

test("that nothing was compared is a fault", async () => {
  expect(faultsOf(await checkRequests([]))).toEqual(["no request was compared"]);
});
