import type { IncomingHttpHeaders } from "node:http";

/**
 * Asks moto itself, with the credentials of a call.
 *
 * @param parameters of the Query API, `Action` and `Version` among them
 * @returns the answer in XML; undefined if what was asked for is not there
 * @throws Error for any other answer
 */
export async function askMoto(
  motoPort: number,
  { authorization = "" }: IncomingHttpHeaders,
  parameters: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const response = await fetch(`http://127.0.0.1:${motoPort}/`, {
    method: "POST",
    headers: { authorization, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(parameters),
  });
  const answer = await response.text();
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`moto does not answer ${parameters.Action}: HTTP ${response.status}`);
  return answer;
}
