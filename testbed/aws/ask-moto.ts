import type { IncomingHttpHeaders } from "node:http";

/**
 * Asks moto itself, with the credentials of a call.
 *
 * @param parameters of the Query API, `Action` and `Version` among them
 * @returns the answer in XML, which may be that IAM has no such entity
 * @throws Error for any other error
 */
export async function askMoto(
  motoPort: number,
  { authorization = "" }: IncomingHttpHeaders,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${motoPort}/`, {
    method: "POST",
    headers: { authorization, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(parameters),
  });
  const answer = await response.text();
  if (!response.ok && !answer.includes("<Code>NoSuchEntity</Code>"))
    throw new Error(`moto does not answer ${parameters.Action}: HTTP ${response.status}`);
  return answer;
}
