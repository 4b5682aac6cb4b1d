import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { S3Client } from "@aws-sdk/client-s3";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { createCertificateAuthority } from "../../../scripts/support/certificates";
import { initialise, type Recovery } from "../../../scripts/vault/initialise";
import { JsonSecret } from "../../../scripts/vault/json-secret";
import { leading, severalServers } from "../../../scripts/vault/one-server";
import { keepRecoveryShares } from "../../../scripts/vault/recovery-shares";
import { serverStatus } from "../../../scripts/vault/status";

/** Has what a run left that was stopped. */
class StoppedSecret extends JsonSecret<Recovery> {
  override async read(): Promise<Recovery> {
    return { state: "initialised", rootToken: "root", threshold: 3, shares: [], encrypted: false };
  }
}

let caPem: string;
let credentials: { readonly cert: string; readonly key: string };
const servers: Server[] = [];
const logIn = jest.fn(async () => "token");

/** In the place of two Vaults. */
beforeAll(async () => {
  const authority = await createCertificateAuthority("several");
  caPem = authority.certificatePem;
  const { certificatePem: cert, keyPem: key } = await authority.issue({ hosts: ["127.0.0.1"] });
  credentials = { cert, key };
  for (const cluster_id of ["ours", "theirs"]) {
    const body = JSON.stringify({ initialized: true, cluster_id });
    const server = createServer(credentials, (_, answer) => answer.end(body));
    await listening(server);
    servers.push(server);
  }
});

afterAll(() => {
  for (const server of servers) server.close();
});

const listening = (server: Server) => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

const nodesOf = (all: readonly Server[]) =>
  all.map((server, index) => ({
    id: `node-${index + 1}`,
    connection: { address: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, caPem },
  }));

const nodes = () => nodesOf(servers);

const TOLD =
  /all nodes must be of one server, and are not: node-1 of ours, node-2 of theirs\..* end the machine/;

test.each([
  ["initialises", initialise],
  ["keeps shares", keepRecoveryShares],
])("vault:init %s for no node of which another server has taken one, and logs in to none", async (_, run) => {
  const secret = new StoppedSecret({} as SecretsManagerClient, "app/recovery", []);
  const options = { nodes: nodes(), recovery: secret, lostRecovery: secret, requests: [], logIn };

  await expect(run(options)).rejects.toThrow(TOLD);

  expect(logIn).not.toHaveBeenCalled();
});

test("vault:status tells of a node of another server, and logs in to none", async () => {
  const { healthy, lines } = await serverStatus({
    nodes: nodes(),
    version: "1.0.0",
    logIn,
    operators: [],
    shares: { secretsManager: {} as SecretsManagerClient, secret: "app/recovery" },
    s3: { send: async () => ({}) } as unknown as S3Client,
    snapshots: { bucket: "app-vault", prefix: "snapshots" },
  });

  expect(healthy).toBe(false);
  expect(lines).toContainEqual(expect.stringMatching(TOLD));
  expect(logIn).not.toHaveBeenCalled();
});

test("a node that first says nothing, and then that it leads another server, is not the one that leads", async () => {
  const answers = [
    [429, { cluster_id: "ours" }],
    [503, {}],
    [200, { cluster_id: "ours" }],
  ] as const;
  let isLater = false;
  const playing = answers.map(([status, body], index) =>
    createServer(credentials, (_, answer) => {
      if (index === 1 && isLater) answer.end(JSON.stringify({ cluster_id: "theirs" }));
      else answer.writeHead(status).end(JSON.stringify(body));
      isLater ||= index === 1;
    }),
  );
  try {
    for (const one of playing) await listening(one);
    expect(await leading(nodesOf(playing))).toEqual(nodesOf(playing)[2]?.connection);
  } finally {
    for (const one of playing) one.close();
  }
});

test("nodes that are of no server yet are of no other", () => {
  const nodes = [
    { id: "node-1", clusterId: "ours" },
    { id: "node-2", clusterId: "" },
    { id: "node-3", clusterId: "ours" },
  ];

  expect(severalServers(nodes)).toBeUndefined();
});
