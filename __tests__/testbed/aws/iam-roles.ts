import { unsignedHeaders } from "../../../testbed/aws/aws-protocol";

/** Makes an IAM role on an emulator; gives its unique id. */
export async function createRole(endpoint: string, name: string): Promise<string> {
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [] });
  const xml = await iam(endpoint, { Action: "CreateRole", RoleName: name, AssumeRolePolicyDocument });
  return /<RoleId>(\w+)</.exec(xml)?.[1] ?? "";
}

export async function deleteRole(endpoint: string, name: string): Promise<void> {
  await iam(endpoint, { Action: "DeleteRole", RoleName: name });
}

export async function iam(endpoint: string, parameters: Readonly<Record<string, string>>): Promise<string> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: unsignedHeaders("ap-northeast-2", "iam"),
    body: new URLSearchParams({ Version: "2010-05-08", ...parameters }),
  });
  const xml = await response.text();
  if (!response.ok) throw new Error(`${parameters.Action}: ${xml}`);
  return xml;
}
