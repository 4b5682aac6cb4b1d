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

export interface ApiRequest {
  readonly method?: string;
  readonly url?: string;
  readonly headers: IncomingHttpHeaders;
}

/** Operations of Lambda and EventBridge Scheduler, which name them by method and path only. */
const LAMBDA: readonly (readonly [method: string, path: RegExp, action: string])[] = [
  ["PUT", /\/event-invoke-config$/, "PutFunctionEventInvokeConfig"],
  ["GET", /\/event-invoke-config$/, "GetFunctionEventInvokeConfig"],
  ["DELETE", /\/event-invoke-config$/, "DeleteFunctionEventInvokeConfig"],
  ["POST", /\/schedules\/[^/]+$/, "CreateSchedule"],
  ["GET", /\/schedules\/[^/]+$/, "GetSchedule"],
  ["DELETE", /\/schedules\/[^/]+$/, "DeleteSchedule"],
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
];

/** Operations of S3, likewise: what is asked of a bucket is in the query. */
const S3: readonly (readonly [method: string, url: RegExp, action: string])[] = [
  ["PUT", /\?policy/, "PutBucketPolicy"],
  ["GET", /\?policy/, "GetBucketPolicy"],
  ["DELETE", /\?policy/, "DeleteBucketPolicy"],
  ["GET", /\?publicAccessBlock/, "GetBucketPublicAccessBlock"],
  ["", /\?publicAccessBlock/, "PutBucketPublicAccessBlock"],
  ["GET", /\?lifecycle/, "GetLifecycleConfiguration"],
  ["", /\?lifecycle/, "PutLifecycleConfiguration"],
  ["PUT", /\?tagging/, "PutBucketTagging"],
  ["GET", /\?tagging/, "GetBucketTagging"],
  ["GET", /\?(acl|cors|website|versioning|requestPayment|logging)/, "GetBucket*"],
  ["GET", /\?(accelerate|replication|encryption)/, "Get*Configuration"],
  ["GET", /\?object-lock/, "GetBucketObjectLockConfiguration"],
  ["HEAD", /^\/[^/?]+\/?$/, "ListBucket"],
  ["GET", /^\/[^/?]+\/?(\?|$)/, "ListBucket"],
  ["PUT", /^\/[^/?]+\/?$/, "CreateBucket"],
  ["DELETE", /^\/[^/?]+\/?$/, "DeleteBucket"],
];

/** Services that sign their requests with another name than IAM has for them. */
const IAM_NAMES: Readonly<Record<string, string>> = { monitoring: "cloudwatch" };

/** Whether the body says what is asked; one of another kind may be large, and is passed on as it comes. */
export function namesOperation({ headers }: ApiRequest): boolean {
  return headers["x-amz-target"] !== undefined || isQuery(headers);
}

/** Undefined for a request that is no call of AWS: it is not signed for a service. */
export function apiCall(request: ApiRequest, body: string): ApiCall | undefined {
  const { method = "", url = "", headers } = request;
  const scope = /Credential=([^/,]+)\/\d+\/[^/]+\/([^/]+)\/aws4_request/.exec(
    String(headers.authorization ?? ""),
  );
  if (!scope) return undefined;
  const [, accessKeyId = "", signedFor = ""] = scope;
  const service = IAM_NAMES[signedFor] ?? signedFor;
  const input: Record<string, unknown> = isQuery(headers)
    ? Object.fromEntries(new URLSearchParams(body))
    : headers["x-amz-target"] && body !== ""
      ? JSON.parse(body)
      : {};
  const named =
    String(headers["x-amz-target"] ?? "").split(".")[1] ?? input.Action ?? restAction(service, method, url);
  return { service, action: String(named ?? `${method} ${url}`), accessKeyId, input };
}

function restAction(service: string, method: string, url: string): string | undefined {
  const [path = ""] = url.split("?");
  const [operations, asked] = service === "s3" ? [S3, url] : [LAMBDA, path];
  return operations.find(([of, pattern]) => (of === "" || of === method) && pattern.test(asked))?.[2];
}

function isQuery(headers: IncomingHttpHeaders): boolean {
  return String(headers["content-type"]).startsWith("application/x-www-form-urlencoded");
}
