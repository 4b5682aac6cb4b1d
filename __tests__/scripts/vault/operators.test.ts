import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { compareOperators } from "../../../scripts/vault/operators";

const ROLE = "arn:aws:iam::111122223333:role";
const BOUND = [`${ROLE}/one`, `${ROLE}/two`];

let server: Server;

/** In the place of a Vault that knows logins by AWS. */
beforeAll(async () => {
  server = createServer(({ url }, answer) => {
    const isRole = url === "/v1/auth/operators/role/operator";
    answer.writeHead(isRole ? 200 : 404).end(JSON.stringify({ data: { bound_iam_principal_arn: BOUND } }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});

afterAll(() => server.close());

async function compared(...named: string[]) {
  const { port } = server.address() as AddressInfo;
  return await compareOperators({ address: `http://127.0.0.1:${port}` }, named);
}

test("operators whom the environment file names, in any order and with their paths, are the server's", async () => {
  expect(await compared(`${ROLE}/path/two`, `${ROLE}/one`)).toEqual({
    agree: true,
    line: "Operators are those whom the environment file names.",
  });
});

test("who is an operator in one place alone is told, with what to do", async () => {
  const { agree, line } = await compared(`${ROLE}/one`, `${ROLE}/path/three`);

  expect(agree).toBe(false);
  expect(line).toContain(`it does not let in ${ROLE}/three; it lets in ${ROLE}/two beside them: correct`);
  expect(line).toContain("write auth/operators/role/operator in npm run vault:tunnel");
});
