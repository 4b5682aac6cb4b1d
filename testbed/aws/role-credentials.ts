import { unsignedHeaders } from "./aws-protocol";

/** What Lambda puts into a function's environment for its role. */
export interface RoleCredentials {
  readonly AWS_ACCESS_KEY_ID: string;
  readonly AWS_SECRET_ACCESS_KEY: string;
  readonly AWS_SESSION_TOKEN: string;
}

/** Credentials of a function's role, from the emulator's STS. The session has the function's name, as in Lambda. */
export async function assumeRole(
  endpoint: string,
  region: string,
  roleArn: string,
  functionName: string,
): Promise<RoleCredentials> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: unsignedHeaders(region, "sts"),
    body: new URLSearchParams({
      Action: "AssumeRole",
      Version: "2011-06-15",
      RoleArn: roleArn,
      RoleSessionName: functionName,
    }),
  });
  const xml = await response.text();
  const element = (name: string): string => {
    const [, text] = new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml) ?? [];
    // The answer is not shown: it may hold a part of the credentials.
    if (text === undefined)
      throw new Error(`the emulator gave no ${name} for ${roleArn}: HTTP ${response.status}`);
    return text;
  };
  return {
    AWS_ACCESS_KEY_ID: element("AccessKeyId"),
    AWS_SECRET_ACCESS_KEY: element("SecretAccessKey"),
    AWS_SESSION_TOKEN: element("SessionToken"),
  };
}
