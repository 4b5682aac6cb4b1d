import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { autopilot } from "../../../constructs/vault/server/node/initial-requests";
import { initialise, type Recovery } from "../../../scripts/vault/initialise";
import { JsonSecret } from "../../../scripts/vault/json-secret";
import { sharesAreKept } from "../../../scripts/vault/kept-shares";
import { forOwners } from "../../../scripts/vault/owners-policy";
import { until } from "../../../scripts/vault/waiting";
import { type AwsEmulator, startAwsEmulator } from "../../../testbed/aws/aws-emulator";
import { clientSettings } from "../../support/client-settings";
import { stopEverywhere } from "./support/stopped-run";

/** In the place of a Vault, whose answers no test could time: a server of one node that anybody may initialise once. */
class InitialisedOnce {
  initialised = 0;
  /** Of what turns the audit log on. */
  failures = 0;
  clusterId = CLUSTER;

  answer(method: string, path: string): { status: number; body: string } {
    const json = (status: number, body: object) => ({ status, body: JSON.stringify(body) });
    if (path === "/v1/sys/init" && method === "GET") return json(200, { initialized: this.initialised > 0 });
    if (path === "/v1/sys/init") {
      if (this.initialised > 0) return json(400, { errors: ["Vault is already initialized"] });
      this.initialised++;
      return json(200, { recovery_keys_base64: ["new"], root_token: "root" });
    }
    if (path.endsWith("raft/configuration"))
      return json(200, { data: { config: { servers: [{ node_id: "n", leader: true, voter: true }] } } });
    if (path.endsWith("autopilot/state"))
      return json(200, { data: { servers: { n: { id: "n", healthy: true } } } });
    if (path.endsWith("autopilot/configuration")) return json(200, { data: { cleanup_dead_servers: false } });
    if (path.startsWith("/v1/sys/audit/") && this.failures-- > 0)
      return json(500, { errors: ["internal error"] });
    return json(200, { cluster_id: this.clusterId });
  }
}

const CLUSTER = "of-this-server";

let directory: string;
let emulator: AwsEmulator;
let secretsManager: SecretsManagerClient;
let vault: InitialisedOnce;
let server: Server;
let secrets = 0;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "initialise-"));
  emulator = await startAwsEmulator({ directory });
  secretsManager = newClient();
  server = createServer(({ method = "", url = "" }, answer) => {
    const { status, body } = vault.answer(method, url);
    answer.writeHead(status).end(body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
beforeEach(() => {
  vault = new InitialisedOnce();
  secrets++;
});
afterAll(async () => {
  await emulator.stop();
  server.close();
  server.closeAllConnections();
  rmSync(directory, { recursive: true });
});

function newClient(): SecretsManagerClient {
  return new SecretsManagerClient(clientSettings(emulator));
}

const OWNER = "arn:aws:iam::123456789012:role/operators";

/** One that does its work of making itself, or of putting a value in the place of another, when it is told. */
class LateSecret extends JsonSecret<Recovery> {
  constructor(
    name: string,
    private readonly late: { create?: Promise<void>; replace?: Promise<void>; write?: Promise<void> } = {},
    private readonly written: (value: Recovery) => void = () => {},
  ) {
    super(secretsManager, `${name}-${secrets}`, [OWNER]);
  }

  override async create(value: Recovery): Promise<boolean> {
    await this.late.create;
    return await super.create(value);
  }

  override async replace(versionId: string, value: Recovery): Promise<string | undefined> {
    await this.late.replace;
    return await super.replace(versionId, value);
  }

  override async write(value: Recovery): Promise<void> {
    await this.late.write;
    await super.write(value);
    this.written(value);
  }
}

function options(recovery: JsonSecret<Recovery>, lostRecovery?: JsonSecret<Recovery>) {
  return {
    nodes: [
      {
        id: "node-1",
        connection: { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
      },
    ],
    recovery,
    lostRecovery,
    requests: [],
    logIn: async () => "token",
  };
}

/** Two runs, the second of which meets the secret only after the first has kept its shares there. */
async function twice(late: "create" | "replace", lost?: JsonSecret<Recovery>) {
  let keep = () => {};
  const kept = new Promise<void>((resolve) => {
    keep = resolve;
  });
  const first = new LateSecret("recovery", {}, ({ state }) => state === "initialised" && keep());
  const second = new LateSecret("recovery", { [late]: kept });
  const run = (recovery: JsonSecret<Recovery>) => initialise(options(recovery, lost));
  const ended = await Promise.allSettled([run(first), run(second)]);
  expect(ended.filter(({ status }) => status === "rejected")).toEqual([]);
  return await first.read();
}

test("of two runs at once, the one that comes late to the secret goes on with the other's shares", async () => {
  expect(await twice("create")).toMatchObject({ state: "ready", shares: ["new"] });
});

test("a run that meets a server just initialised waits for the other's shares", async () => {
  const first = initialise(options(new LateSecret("recovery", { write: sleep(2000) })));
  await until("the server is initialised", async () => vault.initialised > 0);

  expect(await initialise(options(new LateSecret("recovery")))).not.toEqual([]);
  await first;
  expect(await new LateSecret("recovery").read()).toMatchObject({ state: "ready", shares: ["new"] });
});

test.each(["create", "replace"] as const)(
  "of two runs that begin anew, one that comes late with %s leaves the other's shares and keeps the old ones",
  async (late) => {
    const old: Recovery = { state: "ready", threshold: 3, shares: ["old"], encrypted: false };
    await new LateSecret("recovery").write(old);
    const lost = new LateSecret("lost");

    expect(await twice(late, lost)).toMatchObject({ state: "ready", shares: ["new"] });
    expect(await lost.read()).toEqual(old);
    expect(vault.initialised).toBe(1);
  },
);

test("until a run has come to its end, nobody takes the shares for kept; another run ends it", async () => {
  const { name } = new LateSecret("recovery");
  const kept = (clusterId = CLUSTER) => sharesAreKept({ secretsManager, secret: name }, clusterId);
  const stopped = new LateSecret("recovery", {}, ({ state }) => {
    if (state === "ready") throw new Error("stopped");
  });

  await expect(initialise(options(stopped))).rejects.toThrow("stopped");
  expect(await stopped.read()).toMatchObject({ state: "ready" });
  expect(await kept()).toBe(false);

  await initialise(options(new LateSecret("recovery")));
  expect(await kept()).toBe(true);
  expect(await kept("of-one-that-was-made-later")).toBe(false);
});

test("a server for which no run of vault:init kept anything is not taken for one's own", async () => {
  expect(await sharesAreKept({ secretsManager, secret: "nobodys" }, CLUSTER)).toBe(false);
});

test("vault:init is not content with a server that somebody else made in the place of one's own", async () => {
  const secret = new LateSecret("recovery");
  await initialise(options(secret));
  vault.clusterId = "theirs";

  await expect(initialise(options(secret))).rejects.toThrow(
    `whose recovery shares are in ${secret.name} (${CLUSTER}), and is theirs: somebody else initialised it`,
  );
  expect(await sharesAreKept({ secretsManager, secret: secret.name }, "theirs")).toBe(false);
});

test.each([
  [1, true],
  [9, false],
])(
  "a Vault that fails %i times to turn its audit log on is one that does: %p",
  async (failures, expected) => {
    vault.failures = failures;
    const requests = [{ path: "sys/audit/file", data: {} }];

    const run = initialise({ ...options(new LateSecret("recovery")), requests });

    expect(await run.then(() => "ready", String)).toMatch(expected ? "ready" : "HTTP 500; internal error");
  },
);

test("a server that does not keep what it was told is not ready, and the root token stays for another run", async () => {
  const recovery = new LateSecret("recovery");

  await expect(initialise({ ...options(recovery), requests: autopilot(3) })).rejects.toThrow(
    "cleanup_dead_servers of sys/storage/raft/autopilot/configuration must be true, got false",
  );

  expect(await recovery.read()).toMatchObject({ state: "initialised", rootToken: "root" });
});

test.each([
  [
    "another policy",
    [OWNER, "arn:aws:iam::123456789012:role/theirs"],
    "must be for .*/operators, and is for .*/theirs",
  ],
  ["no policy", undefined, "must have its policy, for .*/operators, and has a value and none"],
])(
  "a server is not initialised for a secret that somebody else has made, with %s",
  async (_, owners, refusal) => {
    const recovery = new LateSecret("recovery");
    const SecretId = recovery.name;
    await secretsManager.send(new CreateSecretCommand({ Name: SecretId, SecretString: '{"state":"begun"}' }));
    const ResourcePolicy = JSON.stringify(forOwners(owners ?? []));
    if (owners) await secretsManager.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy }));

    await expect(initialise(options(recovery))).rejects.toThrow(new RegExp(refusal));

    expect(vault.initialised).toBe(0);
    const { SecretString } = await secretsManager.send(new GetSecretValueCommand({ SecretId }));
    expect(SecretString).toBe('{"state":"begun"}');
  },
);

test("wherever a run that begins anew is stopped, old shares are guarded, and another run keeps them", async () => {
  const old: Recovery = { state: "ready", threshold: 3, shares: ["old"], encrypted: false };
  let runs = 0;
  const stops = await stopEverywhere(
    async () => {
      vault = new InitialisedOnce();
      const names = { recovery: `stopped-${runs}`, lost: `stopped-lost-${runs++}` };
      await new JsonSecret<Recovery>(secretsManager, names.recovery, [OWNER]).write(old);
      return names;
    },
    async ({ recovery, lost }, run) => {
      const client = run.watch(newClient());
      const [ours, theirs] = [recovery, lost].map((name) => new JsonSecret<Recovery>(client, name, [OWNER]));
      if (ours) await initialise(options(ours, theirs));
    },
    async ({ recovery, lost }) => {
      const value = await secretsManager
        .send(new GetSecretValueCommand({ SecretId: lost }))
        .catch(() => undefined);
      if (value) {
        const policy = await secretsManager.send(new GetResourcePolicyCommand({ SecretId: lost }));
        expect(policy.ResourcePolicy).toBe(JSON.stringify(forOwners([OWNER])));
      }
      // From then on the shares are in memory alone, until they are kept: no run can end that.
      const [ours, kept] = [recovery, lost].map(
        (name) => new JsonSecret<Recovery>(secretsManager, name, [OWNER]),
      );
      if (!ours || !kept || (vault.initialised > 0 && (await ours.read())?.state === "begun")) return;
      await initialise(options(ours, kept));
      expect(await kept.read()).toEqual(old);
      expect(await ours.read()).toMatchObject({ state: "ready", shares: ["new"] });
    },
  );
  expect(stops).toBeGreaterThan(6);
});
