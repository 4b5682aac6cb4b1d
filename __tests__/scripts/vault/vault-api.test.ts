import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { askVault, callVault, type VaultConnection } from "../../../scripts/vault/vault-api";

const TOKEN = "hvs.of-somebody";

let server: Server | undefined;
afterEach(() => server?.close());

/** Something that answers in the place of a Vault. */
async function answering(answer: RequestListener): Promise<VaultConnection> {
  server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test.each([
  [502, `<html>bad gateway ${TOKEN}</html>`],
  [200, `{"auth":{"client_token":"${TOKEN}"`],
  [200, `["${TOKEN}"]`],
  [200, "null"],
])(
  "an answer HTTP %i that is no JSON object ends the call, and is not in the error: %s",
  async (status, body) => {
    const connection = await answering((_, answer) => answer.writeHead(status).end(body));
    const cleanUp = jest.fn();

    const call = (async () => {
      try {
        return await callVault(connection, "GET", "sys/health");
      } finally {
        cleanUp();
      }
    })();

    const error = await call.then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.message).toMatch(
      new RegExp(`^GET sys/health: HTTP ${status} must come with a JSON object`),
    );
    expect(`${error?.stack} ${error?.cause}`).not.toContain(TOKEN);
    expect(cleanUp).toHaveBeenCalledTimes(1);
  },
);

test("an answer whose connection breaks off ends the call, too", async () => {
  const connection = await answering((_, answer) => {
    answer.writeHead(200, { "content-length": 1000 });
    answer.write(`{"token":"${TOKEN}"`, () => answer.destroy());
  });

  const said = await askVault(connection, "GET", "sys/health").then(() => "an answer", String);

  expect(said).toMatch(/^Error: aborted/);
});

test("an answer without a body is one", async () => {
  const connection = await answering((_, answer) => answer.writeHead(204).end());

  expect(await askVault(connection, "POST", "auth/token/revoke-self")).toEqual({
    status: 204,
    body: undefined,
  });
});
