import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Recovery } from "../../../scripts/vault/initialise";
import { JsonSecret } from "../../../scripts/vault/json-secret";
import { keepRecoveryShares } from "../../../scripts/vault/recovery-shares";

/** Nobody has kept anything yet. */
class NoSecret extends JsonSecret<Recovery> {
  override async read(): Promise<undefined> {
    return undefined;
  }
}

let server: Server;
afterEach(() => server.close());

test("what failed is said, and not that the login could not be ended after it", async () => {
  const ended = jest.fn();
  // In the place of a server whose operator may do nothing, and whose token is gone.
  server = createServer(({ url = "" }, answer) => {
    if (url.endsWith("revoke-self")) ended();
    const refused = /revoke-self|raft/.exec(url)?.[0];
    answer.writeHead(refused ? 403 : 200);
    answer.end(JSON.stringify(refused ? { errors: [refused] } : { initialized: true, cluster_id: "ours" }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const secret = new NoSecret({} as SecretsManagerClient, "app/recovery", []);

  const run = keepRecoveryShares({
    nodes: [{ id: "node-1", connection: { address: `http://127.0.0.1:${port}` } }],
    recovery: secret,
    lostRecovery: secret,
    requests: [],
    logIn: async () => "token",
  });

  await expect(run).rejects.toThrow(/HTTP 403; raft$/);
  expect(ended).toHaveBeenCalledTimes(1);
});
