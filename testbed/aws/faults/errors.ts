import type { ApiRequest } from "../api-calls";

/** What is answered in the emulator's place. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An error as a service writes it. */
export interface ServiceError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const XML = { "content-type": "text/xml" };
/** Services whose operations are paths, with JSON (botocore, `protocol` of the service's model: rest-json). */
const REST_JSON = new Set(["lambda", "scheduler"]);

/**
 * @param service prefix of IAM's actions.
 * @returns the error in the format that the service answers such a request in (botocore/parsers.py reads them all).
 */
export function errorAnswer(
  service: string,
  { headers }: Pick<ApiRequest, "headers">,
  { status, code, message }: ServiceError,
): Answer {
  if (headers["x-amz-target"]) {
    const type = { "content-type": "application/x-amz-json-1.1" };
    return { status, headers: type, body: JSON.stringify({ __type: code, message }) };
  }
  if (REST_JSON.has(service)) {
    const type = { "content-type": "application/json", "x-amzn-errortype": code };
    return { status, headers: type, body: JSON.stringify({ message }) };
  }
  const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  if (service === "s3") return { status, headers: XML, body: error };
  const body =
    service === "ec2"
      ? `<Response><Errors>${error}</Errors><RequestID>0</RequestID></Response>`
      : `<ErrorResponse>${error}<RequestId>0</RequestId></ErrorResponse>`;
  return { status, headers: XML, body };
}
