import type { IncomingHttpHeaders } from "node:http";

/** moto finds the service, region and account in the credential scope, and does not check the signature. */
export function unsignedHeaders(region: string, service: string): Record<string, string> {
  const scope = `test/20260101/${region}/${service}/aws4_request`;
  return { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0` };
}

/** Whether whoever asks is the testbed itself, with {@link unsignedHeaders}. */
export function isUnsigned({ authorization }: IncomingHttpHeaders): boolean {
  return authorization?.endsWith("Signature=0") ?? false;
}

/** An error of an AWS service, with the name that SDKs make an exception class of. */
export class AwsError extends Error {
  constructor(
    readonly type: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
    this.name = type;
  }
}

export type Json = Record<string, unknown>;

/** Calls one operation of a service that speaks AWS JSON 1.1, such as Secrets Manager. */
export async function callJson<T = Json>(
  endpoint: string,
  headers: IncomingHttpHeaders | Record<string, string>,
  operation: string,
  input: object,
): Promise<T> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      authorization: String(headers.authorization ?? ""),
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `secretsmanager.${operation}`,
    },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  const body = text === "" ? {} : JSON.parse(text);
  if (response.ok) return body as T;
  const type = String(body.__type ?? response.headers.get("x-amzn-errortype") ?? "InternalServiceError");
  throw new AwsError(type.replace(/^.*#/, ""), String(body.message ?? body.Message ?? text), response.status);
}
