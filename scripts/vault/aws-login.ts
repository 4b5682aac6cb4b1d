import { createHash, createHmac } from "node:crypto";
import { askVault, type VaultAnswer, type VaultConnection } from "./vault-api";

export interface Login {
  readonly mount: string;
  readonly role: string;
  readonly region: string;
  readonly serverId?: string;
  readonly credentials: {
    readonly AWS_ACCESS_KEY_ID: string;
    readonly AWS_SECRET_ACCESS_KEY: string;
    readonly AWS_SESSION_TOKEN?: string;
  };
}

const BODY = "Action=GetCallerIdentity&Version=2011-06-15";

/**
 * Logs in as the Vault Lambda Extension does: with a GetCallerIdentity request that is signed and not sent (AWS
 * Signature Version 4 in the IAM User Guide; Vault API documentation, "AWS auth method", Login).
 */
export async function logIn(vault: VaultConnection, login: Login): Promise<VaultAnswer> {
  const url = `https://sts.${login.region}.amazonaws.com/`;
  const encode = (text: string) => Buffer.from(text).toString("base64");
  return await askVault({ ...vault, token: undefined }, "POST", `auth/${login.mount}/login`, {
    role: login.role,
    iam_http_request_method: "POST",
    iam_request_url: encode(url),
    iam_request_body: encode(BODY),
    iam_request_headers: encode(JSON.stringify(signedHeaders(new URL(url).host, login))),
  });
}

function signedHeaders(host: string, { region, serverId, credentials }: Login): Record<string, string> {
  const now = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const headers: Record<string, string> = {
    "content-type": "application/x-www-form-urlencoded; charset=utf-8",
    host,
    "x-amz-date": now,
    ...(credentials.AWS_SESSION_TOKEN && { "x-amz-security-token": credentials.AWS_SESSION_TOKEN }),
    ...(serverId && { "x-vault-aws-iam-server-id": serverId }),
  };
  const names = Object.keys(headers).sort();
  const signed = names.join(";");
  const canonical = [
    "POST",
    "/",
    "",
    ...names.map((name) => `${name}:${headers[name]}`),
    "",
    signed,
    sha256(BODY),
  ];
  const scope = `${now.slice(0, 8)}/${region}/sts/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", now, scope, sha256(canonical.join("\n"))].join("\n");
  const key = scope
    .split("/")
    .reduce<Buffer | string>(
      (previous, part) => createHmac("sha256", previous).update(part).digest(),
      `AWS4${credentials.AWS_SECRET_ACCESS_KEY}`,
    );
  const signature = createHmac("sha256", key).update(toSign).digest("hex");
  const credential = `${credentials.AWS_ACCESS_KEY_ID}/${scope}`;
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signed}, Signature=${signature}`;
  return headers;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
