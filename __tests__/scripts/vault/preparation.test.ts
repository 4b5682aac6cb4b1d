import dns from "node:dns";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { globalAgent } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { Environment } from "../../../constructs/environment";
import { artifactKey } from "../../../constructs/vault/server/node/vault-node";
import { Driver } from "../../../scripts/deploy/driver";
import { type Stack, synthesizedStacks } from "../../../scripts/deploy/stacks";
import { terraformOptions } from "../../../scripts/deploy/terraform-options";
import { initialise } from "../../../scripts/vault/initialise";
import { operatorSession } from "../../../scripts/vault/operator-session";
import { vaultPreparation, wayToVault } from "../../../scripts/vault/preparation";
import { callVault } from "../../../scripts/vault/vault-api";
import { waitForVoters } from "../../../scripts/vault/waiting";
import { waitForActive } from "../../../testbed/vault/active-node";
import { shippedWith } from "../../support/shipped";
import { writeStacks } from "../deploy/support/synthesized";
import { FORWARDING, writeAwsCli } from "./support/aws-cli";
import { BUCKET, ServerWorld } from "./support/server-world";

jest.setTimeout(600_000);

const BEFORE = { ...process.env };
const ENVIRONMENT = shippedWith("vault-server", ["vault"], { namePrefix: "app" });

let world: ServerWorld;
let directory: string;
let stacks: readonly Stack[];

beforeAll(async () => {
  world = await ServerWorld.prepare();
  await world.cluster.start();
});

afterAll(() => world?.stop());

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "preparation-"));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: world.endpoint,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    PATH: `${directory}:${BEFORE.PATH}`,
  });
  writeAwsCli(directory, FORWARDING);
  stacks = writtenStacks();
});

afterEach(() => {
  process.env = { ...BEFORE };
  rmSync(directory, { recursive: true });
});

/** The outputs that the real ones have, and in the place of the configuration a program that asks Vault. */
function writtenStacks(): readonly Stack[] {
  const { connections } = world.cluster;
  const nodes = connections.map(({ address }, index) => {
    const { hostname, port } = new URL(address);
    return [
      `node-${index + 1}`,
      {
        instance_id: `i-${index}`,
        address: hostname,
        tunnel_document: `${hostname}_${port}`,
        resource: "",
      },
    ];
  });
  const server = {
    address: "https://vault.app.internal:8200",
    certificate_authority: connections[0]?.caPem,
    nodes: Object.fromEntries(nodes),
  };
  const probe = join(directory, "probe.cjs");
  writeFileSync(probe, PROBE);
  const { name } = ENVIRONMENT;
  const output = writeStacks(mkdirp(join(directory, "app")), {
    [`${name}-foundation`]: { more: { output: { vault_bucket: { value: BUCKET } } } },
    [`${name}-vault-server`]: {
      needs: [`${name}-foundation`],
      more: { output: { vault_server: { value: server } } },
    },
    [`${name}-vault`]: {
      needs: [`${name}-vault-server`],
      onCreate: `${process.execPath} ${probe} ${join(directory, "answer.json")}`,
    },
  });
  return synthesizedStacks(output);
}

function stackFolder(name: string): string {
  return stacks.find((stack) => stack.name === `${ENVIRONMENT.name}-${name}`)?.folder ?? "";
}

function mkdirp(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}

const PROBE = `
const { TF_VAR_vault_address: address, VAULT_CACERT: authority, VAULT_TOKEN: token } = process.env;
const { VAULT_ADDR: cli, VAULT_TLS_SERVER_NAME: name } = process.env;
const { readFileSync, writeFileSync } = require("node:fs");
const options = { ca: readFileSync(authority), servername: "vault.app.internal", headers: { "x-vault-token": token } };
require("node:https").get(address + "/v1/auth/token/lookup-self", options, ({ statusCode }) => {
  writeFileSync(process.argv[2], JSON.stringify({ statusCode, address, authority, cli, name }));
  process.exit();
});
`;

/** One attempt at each node: nothing that is not there yet would come. */
const command = "diff";

async function deploy(environment: Environment = ENVIRONMENT): Promise<Record<string, string>> {
  const driver = new Driver({
    all: stacks,
    environment: { CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" },
    screen: { isTerraforms: false, coloured: false, begin: () => {}, line: () => {} },
    extra: terraformOptions([]),
    prepare: vaultPreparation({ environment, stacks, command }),
  });
  const outcomes = [...(await driver.deploy(stacks))];
  return Object.fromEntries(
    outcomes.map(([name, one]) => [
      name.replace(`${ENVIRONMENT.name}-`, ""),
      "what" in one ? one.what : one.kind === "failed" ? one.error.message : one.kind,
    ]),
  );
}

async function storeProgram(): Promise<void> {
  await world.s3.send(
    new PutObjectCommand({ Bucket: BUCKET, Key: artifactKey({ sha256: "0".repeat(64) }), Body: "program" }),
  );
}

test("the server waits for its program and for its certificate", async () => {
  const nobodys = { ...ENVIRONMENT, namePrefix: "nobodys" };

  expect(await deploy(nobodys)).toEqual({
    foundation: "changed",
    "vault-server": expect.stringMatching(
      /^npm run vault:artifact .* app-vault has none with 0{64}; npm run vault:tls .* none in the secret nobodys\//,
    ),
    vault: "not begun",
  });
});

test("its configuration waits until somebody has initialised it to the end, and goes through a tunnel then", async () => {
  await storeProgram();
  expect(await deploy()).toEqual({
    foundation: "changed",
    "vault-server": "changed",
    vault: expect.stringMatching(/^npm run vault:init /),
  });

  const logIn = () => Promise.reject(new Error("stopped"));
  await expect(initialise({ ...world.initialisation, logIn })).rejects.toThrow("stopped");
  expect(await deploy()).toMatchObject({ vault: expect.stringMatching(/^npm run vault:init keeps /) });

  await initialise(world.initialisation);
  process.env.VAULT_TOKEN = (await world.operator()).token;

  expect(await deploy()).toEqual({ foundation: "unchanged", "vault-server": "unchanged", vault: "changed" });
  const { statusCode, address, authority } = JSON.parse(readFileSync(join(directory, "answer.json"), "utf8"));
  expect(statusCode).toBe(200);
  expect(address).toMatch(/^https:\/\/127\.0\.0\.1:/);
  await expect(fetch(address)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
  expect(existsSync(authority)).toBe(false);
});

test("a machine in the VPC, where the server's name leads to it, needs no tunnel", async () => {
  process.env.VAULT_TOKEN = (await world.operator()).token;
  await deploy();
  writeAwsCli(directory, "process.exit(1)");
  const { hostname } = new URL(world.cluster.connections[0]?.address ?? "");
  // As a private zone does.
  const lookup = jest
    .spyOn(dns, "lookup")
    .mockImplementation(((_: string, __: object, found: (error: null, addresses: object[]) => void) =>
      found(null, [{ address: hostname, family: 4 }])) as never);
  const prepare = vaultPreparation({ environment: ENVIRONMENT, stacks, command });
  const stack = stacks.find(({ name }) => name === `${ENVIRONMENT.name}-vault`) as Stack;

  const prepared = await prepare(stack);

  lookup.mockRestore();
  // It keeps connections, by the name.
  globalAgent.destroy();
  expect(prepared).toMatchObject({
    kind: "ready",
    environment: { TF_VAR_vault_address: "https://vault.app.internal:8200" },
  });
  if (prepared.kind === "ready") await prepared.close?.();
});

test("a node that is sealed does not keep a plan from those that serve", async () => {
  const { cluster } = world;
  const leader = await waitForActive(cluster.connections);
  const { token } = await world.operator();
  process.env.VAULT_TOKEN = token;
  await callVault({ ...leader, token }, "PUT", "sys/seal");
  await waitForActive(cluster.connections.filter((node) => node !== leader));
  const { output } = JSON.parse(readFileSync(join(stackFolder("vault-server"), "cdk.tf.json"), "utf8"));
  const server = output.vault_server.value;
  const { hostname } = new URL(leader.address);
  const nodes = Object.entries<{ address: string }>(server.nodes);
  const sealedFirst = nodes.sort(([, { address }]) => (address === hostname ? -1 : 1));

  const prepared = await wayToVault(
    { ...server, nodes: Object.fromEntries(sealedFirst), environment: ENVIRONMENT },
    command,
  );

  expect(prepared.kind).toBe("ready");
  if (prepared.kind === "ready") await prepared.close?.();
  await cluster.nodes[cluster.connections.indexOf(leader)]?.stop();
  await cluster.start();
  await waitForVoters({ ...(await waitForActive(cluster.connections)), token }, nodes.length);
});

test("vault:tunnel has a program reach Vault as an operator, and leaves nothing behind", async () => {
  process.env.VAULT_TOKEN = (await world.operator()).token;
  const { caPem } = world.cluster.connections[0] ?? {};
  const { hostname, port } = new URL(world.cluster.connections[0]?.address ?? "");
  const server = {
    address: "https://vault.app.internal:8200",
    certificate_authority: String(caPem),
    sts_url: world.stsUrl,
    bucket: BUCKET,
    nodes: {
      "node-1": {
        instance_id: "i-0",
        address: hostname,
        tunnel_document: `${hostname}_${port}`,
        resource: "",
      },
    },
    environment: ENVIRONMENT,
  };
  const words = [process.execPath, join(directory, "probe.cjs"), join(directory, "session.json")];

  expect(await operatorSession(server, words)).toBe(0);
  expect(await operatorSession(server, [process.execPath, "-e", "process.exit(3)"])).toBe(3);

  const session = JSON.parse(readFileSync(join(directory, "session.json"), "utf8"));
  expect(session).toMatchObject({ statusCode: 200, name: "vault.app.internal", cli: session.address });
  await expect(fetch(session.address)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
  expect(existsSync(session.authority)).toBe(false);
});

test("an operator whom Vault does not know is told so, and nothing is planned", async () => {
  await storeProgram();
  const credentials = '{ "Version": 1, "AccessKeyId": "test", "SecretAccessKey": "test" }';
  writeAwsCli(directory, `if (words[0] === "configure") console.log('${credentials}'); else {${FORWARDING}}`);

  expect(await deploy()).toMatchObject({
    vault: expect.stringMatching(/^Vault could not be asked: Vault refused the login of an operator/),
  });
});

test("a machine that can open no sessions is told what it lacks", async () => {
  await storeProgram();
  writeAwsCli(directory, 'console.error("SessionManagerPlugin is not found"); process.exit(255);');

  expect(await deploy()).toMatchObject({
    vault: expect.stringMatching(
      /^Vault could not be asked: .* plugin are installed.* TF_VAR_vault_address$/,
    ),
  });
});

test("a server that goes needs no program", async () => {
  const nobodys = { ...ENVIRONMENT, namePrefix: "nobodys" };
  const [, server] = stacks;

  await expect(
    vaultPreparation({ environment: nobodys, stacks, command: "destroy" })(server as Stack),
  ).resolves.toEqual({ kind: "ready" });
});

test("whoever names Vault's address has a way to it", async () => {
  process.env.TF_VAR_vault_address = "https://vault.app.internal:8200";
  const [, , vault] = stacks;

  await expect(
    vaultPreparation({ environment: ENVIRONMENT, stacks, command })(vault as Stack),
  ).resolves.toEqual({ kind: "ready" });
});

test("an environment without such a server has nothing to get ready", async () => {
  const prepare = vaultPreparation({ environment: shippedWith("dev", ["native"]), stacks, command });

  for (const stack of stacks) await expect(prepare(stack)).resolves.toEqual({ kind: "ready" });
});

test("a server that lost its data begins anew only when it is told to, and its old shares are kept", async () => {
  const { initialisation, cluster } = world;
  const before = await initialisation.recovery.read();
  await cluster.stop();
  for (const node of cluster.nodes) rmSync(node.path("/var/lib/vault-server/raft"), { recursive: true });
  await cluster.start();

  await expect(initialise(initialisation)).rejects.toThrow(
    "npm run vault:init -- --again, which keeps these shares",
  );
  const lines = await initialise({ ...initialisation, lostRecovery: world.secret("app/lost") });

  expect(lines[0]).toBe("The shares of the data that was lost are in the secret app/lost.");
  expect(await world.secret("app/lost").read()).toEqual(before);
  expect((await initialisation.recovery.read())?.shares).not.toEqual(before?.shares);
});
