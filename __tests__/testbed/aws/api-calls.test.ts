import { apiCall, isText } from "../../../testbed/aws/api-calls";

const signed = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=AKIA/20260101/ap-northeast-2/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});

test("a call in JSON is named by its target", () => {
  const headers = { ...signed("kms"), "x-amz-target": "TrentService.CreateKey" };
  expect(apiCall({ method: "POST", url: "/", headers }, '{"Description":"logs"}')).toEqual({
    service: "kms",
    action: "CreateKey",
    accessKeyId: "AKIA",
    input: { Description: "logs" },
  });
});

test("a target that has dots itself, as AWS CLI's of CloudTrail has, names the operation last", () => {
  const target = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents";
  const headers = { ...signed("cloudtrail"), "x-amz-target": target };
  expect(apiCall({ method: "POST", url: "/", headers }, "{}")).toMatchObject({ action: "LookupEvents" });
});

test("a call as a query is named by its Action", () => {
  const headers = { ...signed("iam"), "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
  expect(apiCall({ method: "POST", url: "/", headers }, "Action=GetRole&RoleName=app")).toMatchObject({
    service: "iam",
    action: "GetRole",
    input: { RoleName: "app" },
  });
});

test.each([
  ["POST", "/2015-03-31/functions", "CreateFunction"],
  ["GET", "/2015-03-31/functions/app", "GetFunction"],
  ["GET", "/2015-03-31/functions/app?Qualifier=1", "GetFunction"],
  ["GET", "/2015-03-31/functions/app/policy", "GetPolicy"],
  ["DELETE", "/2015-03-31/functions/app/policy/secrets-manager", "RemovePermission"],
  ["GET", "/2020-06-30/functions/app/code-signing-config", "GetFunctionCodeSigningConfig"],
  ["GET", "/2017-03-31/tags/arn", "ListTags"],
])("%s %s of Lambda is %s", (method, url, action) => {
  expect(apiCall({ method, url, headers: signed("lambda") }, "")).toMatchObject({
    service: "lambda",
    action,
  });
});

test.each([
  ["PUT", "/bucket/snapshots/a%20b.snap", "PutObject", { Key: "snapshots/a b.snap" }],
  ["HEAD", "/bucket/vault-server/server", "GetObject", { Key: "vault-server/server" }],
  ["GET", "/bucket?list-type=2&prefix=snapshots%2F", "ListBucket", { Key: "", Prefix: "snapshots/" }],
  ["GET", "/bucket/?versioning", "GetBucketVersioning", { Key: "" }],
])("%s %s of S3 is %s", (method, url, action, input) => {
  const call = apiCall({ method, url, headers: signed("s3") }, "");
  expect(call).toMatchObject({ action, input: { Bucket: "bucket", ...input } });
});

test("a change of records has their names, and those alone", () => {
  const set = (name: string) =>
    `<Change><ResourceRecordSet><AliasTarget><DNSName>lb.example.</DNSName></AliasTarget><Name>${name}</Name>` +
    "<Type>A</Type></ResourceRecordSet></Change>";
  const request = { method: "POST", url: "/2013-04-01/hostedzone/Z1/rrset/", headers: signed("route53") };
  expect(isText(request)).toBe(true);
  expect(apiCall(request, set("vault.app.internal.") + set("b.app.internal."))).toMatchObject({
    action: "ChangeResourceRecordSets",
    input: { RecordNames: ["vault.app.internal.", "b.app.internal."] },
  });
});

test("one that is not known is named by method and path, so that no policy allows it", () => {
  const call = apiCall({ method: "PUT", url: "/2015-03-31/new", headers: signed("lambda") }, "");
  expect(call?.action).toBe("PUT /2015-03-31/new");
});

test("a request that nobody signed is no call", () => {
  expect(apiCall({ method: "GET", url: "/moto-api/data.json", headers: {} }, "")).toBeUndefined();
});
