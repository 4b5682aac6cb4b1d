import type { IncomingHttpHeaders } from "node:http";
import type { ApiCall } from "./api-calls";
import { askMoto } from "./ask-moto";

/** Changes of what is there, of which IAM asks the boundary (Service Authorization Reference, "AWS IAM"). */
const ASKED =
  /^(?:Attach|Delete|Detach|Put)(Role|User)Policy$|^Delete(Role|User)PermissionsBoundary$|^UpdateAssume(Role)Policy$/;

/**
 * The permissions boundary that IAM asks a call for: the one that it gives, or the one of the role or user that it
 * changes, as moto has it.
 *
 * @returns its policy's ARN; undefined if there is none
 */
export async function boundaryOf(
  motoPort: number,
  { service, action, input }: ApiCall,
  headers: IncomingHttpHeaders,
): Promise<string | undefined> {
  if (service !== "iam") return undefined;
  if (typeof input.PermissionsBoundary === "string") return input.PermissionsBoundary;
  const kind = ASKED.exec(action)?.slice(1).find(Boolean);
  if (!kind) return undefined;
  const name = `${kind}Name`;
  const asked = { Action: `Get${kind}`, Version: "2010-05-08", [name]: String(input[name]) };
  const answer = await askMoto(motoPort, headers, asked);
  return /<PermissionsBoundaryArn>([^<]+)</.exec(answer)?.[1];
}
