import type { IncomingHttpHeaders } from "node:http";

/** A call of an AWS API, as IAM names it. */
export interface ApiCall {
  /** Prefix of IAM's actions. */
  readonly service: string;
  readonly action: string;
  /** Of the credentials that signed the request. */
  readonly accessKeyId: string;
  /** What was asked, of services that take JSON or a query. It may hold a secret's value: keep it in memory. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** Tags by the ids of what has them. */
export type ResourceTags = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A call, whose credentials signed it, with which program, and what it met. */
export interface RecordedCall extends ApiCall {
  readonly userAgent?: string;
  /** @default - credentials that the emulator's STS has not given to a role */
  readonly roleArn?: string;
  /** What the resources of EC2 that a change names had for tags, before it. @default - it names none with tags */
  readonly resourceTags?: ResourceTags;
  /**
   * The permissions boundary that a call of IAM gives, or that the role or user which it changes had before.
   *
   * @default - none
   */
  readonly permissionsBoundary?: string;
}

export interface ApiRequest {
  readonly method?: string;
  readonly url?: string;
  readonly headers: IncomingHttpHeaders;
}

type Operations = readonly (readonly [method: string, path: RegExp, action: string])[];

const CHANGED_RECORDS = /\/rrset\/?$/;

/** Operations of services that name them by method and path only. */
const OPERATIONS: Readonly<Record<string, Operations>> = {
  lambda: [
    ["PUT", /\/event-invoke-config$/, "PutFunctionEventInvokeConfig"],
    ["GET", /\/event-invoke-config$/, "GetFunctionEventInvokeConfig"],
    ["DELETE", /\/event-invoke-config$/, "DeleteFunctionEventInvokeConfig"],
    ["POST", /\/functions$/, "CreateFunction"],
    ["GET", /\/functions\/[^/]+$/, "GetFunction"],
    ["DELETE", /\/functions\/[^/]+$/, "DeleteFunction"],
    ["PUT", /\/code$/, "UpdateFunctionCode"],
    ["GET", /\/code-signing-config$/, "GetFunctionCodeSigningConfig"],
    ["GET", /\/configuration$/, "GetFunctionConfiguration"],
    ["PUT", /\/configuration$/, "UpdateFunctionConfiguration"],
    ["GET", /\/versions$/, "ListVersionsByFunction"],
    ["GET", /\/policy$/, "GetPolicy"],
    ["POST", /\/policy$/, "AddPermission"],
    ["DELETE", /\/policy\/[^/]+$/, "RemovePermission"],
    ["POST", /\/invocations$/, "InvokeFunction"],
    ["GET", /\/tags\//, "ListTags"],
    ["POST", /\/tags\//, "TagResource"],
    ["DELETE", /\/tags\//, "UntagResource"],
  ],
  scheduler: [
    ["POST", /\/schedules\/[^/]+$/, "CreateSchedule"],
    ["GET", /\/schedules\/[^/]+$/, "GetSchedule"],
    ["DELETE", /\/schedules\/[^/]+$/, "DeleteSchedule"],
  ],
  route53: [
    ["POST", /\/hostedzone$/, "CreateHostedZone"],
    ["GET", /\/hostedzone\/[^/]+$/, "GetHostedZone"],
    ["DELETE", /\/hostedzone\/[^/]+$/, "DeleteHostedZone"],
    ["GET", /\/rrset$/, "ListResourceRecordSets"],
    ["POST", CHANGED_RECORDS, "ChangeResourceRecordSets"],
    ["GET", /\/change\/[^/]+$/, "GetChange"],
    ["GET", /\/tags\//, "ListTagsForResource"],
    ["POST", /\/tags\//, "ChangeTagsForResource"],
  ],
};

/** What IAM calls a bucket's settings, by their names in a URL (Service Authorization Reference, "Amazon S3"). */
const BUCKET_SETTINGS: Readonly<Record<string, string>> = {
  accelerate: "AccelerateConfiguration",
  acl: "BucketAcl",
  cors: "BucketCORS",
  encryption: "EncryptionConfiguration",
  lifecycle: "LifecycleConfiguration",
  logging: "BucketLogging",
  "object-lock": "BucketObjectLockConfiguration",
  ownershipControls: "BucketOwnershipControls",
  policy: "BucketPolicy",
  publicAccessBlock: "BucketPublicAccessBlock",
  replication: "ReplicationConfiguration",
  requestPayment: "BucketRequestPayment",
  tagging: "BucketTagging",
  versioning: "BucketVersioning",
  website: "BucketWebsite",
};

const OF_OBJECTS: Readonly<Record<string, string>> = {
  GET: "GetObject",
  HEAD: "GetObject",
  PUT: "PutObject",
  DELETE: "DeleteObject",
};

/** Services that sign their requests with another name than IAM has for them. */
const IAM_NAMES: Readonly<Record<string, string>> = { monitoring: "cloudwatch" };

/** Whether the body is text that says what is asked; one of another kind is passed on as it comes. */
export function isText({ headers }: ApiRequest): boolean {
  return (
    headers["x-amz-target"] !== undefined ||
    isQuery(headers) ||
    headers["content-type"] === "application/json" ||
    scopeOf(headers)?.service === "route53"
  );
}

/** Undefined for a request that is no call of AWS: it is not signed for a service. */
export function apiCall(request: ApiRequest, body: string): ApiCall | undefined {
  const { method = "", url = "", headers } = request;
  const scope = scopeOf(headers);
  if (!scope) return undefined;
  const { accessKeyId } = scope;
  const service = IAM_NAMES[scope.service] ?? scope.service;
  const input = inputOf(service, request, body);
  const named =
    // AWS CLI's name of CloudTrail has dots itself.
    /[^.]+$/.exec(String(headers["x-amz-target"] ?? ""))?.[0] ??
    input.Action ??
    restAction(service, method, url);
  return { service, action: String(named ?? `${method} ${url}`), accessKeyId, input };
}

/** Whose credentials signed a request, and for which service. */
function scopeOf(headers: IncomingHttpHeaders): Record<"accessKeyId" | "service", string> | undefined {
  const [, accessKeyId, service] =
    /Credential=([^/,]+)\/\d+\/[^/]+\/([^/]+)\/aws4_request/.exec(String(headers.authorization ?? "")) ?? [];
  return accessKeyId !== undefined && service !== undefined ? { accessKeyId, service } : undefined;
}

/** Of an operation by method and path, only what S3 is asked about and the records of Route 53 are kept. */
function inputOf(service: string, { url = "", headers }: ApiRequest, body: string): Record<string, unknown> {
  if (isQuery(headers)) return Object.fromEntries(new URLSearchParams(body));
  if (headers["x-amz-target"] && body !== "") return JSON.parse(body);
  if (service === "route53" && CHANGED_RECORDS.test(url)) return { RecordNames: recordNamesIn(body) };
  return service === "s3" ? objectIn(url) : {};
}

/** Of a change in XML, in which nothing else has a name. */
function recordNamesIn(body: string): readonly string[] {
  return [...body.matchAll(/<Name>([^<]*)<\/Name>/g)].map(([, name = ""]) => name);
}

/** Bucket, key and prefix of a URL with the bucket in its path. */
function objectIn(url: string): Record<"Bucket" | "Key" | "Prefix", string> {
  const { pathname, searchParams } = new URL(url, "http://s3");
  const [, Bucket = "", Key = ""] = /^\/([^/]*)\/?(.*)$/.exec(decodeURIComponent(pathname)) ?? [];
  return { Bucket, Key, Prefix: searchParams.get("prefix") ?? "" };
}

function restAction(service: string, method: string, url: string): string | undefined {
  if (service === "s3") return objectIn(url).Key === "" ? bucketAction(method, url) : OF_OBJECTS[method];
  const [path = ""] = url.split("?");
  return OPERATIONS[service]?.find(([ofMethod, pattern]) => ofMethod === method && pattern.test(path))?.[2];
}

function bucketAction(method: string, url: string): string | undefined {
  const query = new URLSearchParams(url.split("?")[1]);
  const asked = [...query.keys()].find((key) => BUCKET_SETTINGS[key] !== undefined);
  if (asked === undefined) {
    if (query.has("versions")) return "ListBucketVersions";
    // Of a versioned bucket that is emptied.
    if (query.has("delete")) return "DeleteObjectVersion";
    return { PUT: "CreateBucket", HEAD: "ListBucket", GET: "ListBucket", DELETE: "DeleteBucket" }[method];
  }
  // But for a policy, what removes a setting is what puts it.
  const verb = method === "GET" ? "Get" : method === "DELETE" && asked === "policy" ? "Delete" : "Put";
  return `${verb}${BUCKET_SETTINGS[asked]}`;
}

function isQuery(headers: IncomingHttpHeaders): boolean {
  return String(headers["content-type"]).startsWith("application/x-www-form-urlencoded");
}
