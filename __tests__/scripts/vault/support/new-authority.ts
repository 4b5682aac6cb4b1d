import { rmSync } from "node:fs";
import {
  CreateFunctionCommand,
  LambdaClient,
  type LambdaClientConfig,
  type ListFunctionsResponse,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { zipSync } from "fflate";
import { type NewAuthorityOptions, replaceAuthority } from "../../../../scripts/vault/new-authority";
import { askVault, callVault } from "../../../../scripts/vault/vault-api";
import { wholeAgain } from "../../../../scripts/vault/wholeness";
import type { SandboxNode } from "../../../../testbed/vault/sandbox-node";
import type { KeyValueClient } from "./key-value-client";
import { HOST_NAME, roleArn, type ServerWorld } from "./server-world";
import { snapshots } from "./snapshots";

const FUNCTION = "app-orders";
const ADDRESS = `https://${HOST_NAME}:8200`;

/**
 * A new authority takes over from the other, while a client writes and reads.
 */
export function newAuthority(world: () => ServerWorld, client: () => KeyValueClient): void {
  const said: string[] = [];
  /** What was trusted, one deploy after the other. */
  const trusted: string[] = [];
  const logins: object[] = [];
  let failures: readonly string[];
  let taken: number;
  let joined: boolean | Error;

  beforeAll(async () => {
    const { cluster, authorityPem } = world();
    const leader = await world().leader();
    const others = cluster.nodes.filter((_, index) => index !== leader);
    const lambda = await functionThatTrusts(authorityPem);
    trusted.push(authorityPem);
    logins.push(await nodeLogin());
    const before = { snapshots: (await snapshots(world())).length, failures: client().failures.length };
    const run = async (changes: Partial<NewAuthorityOptions> = {}) => {
      const { tls, nodes, authorityPem: deployedPem } = world();
      const { logIn } = world().initialisation;
      const options = { tls, lambda, nodes, logIn, address: ADDRESS, deployedPem, ...changes };
      said.push(await replaceAuthority(options).then((lines) => String(lines.at(-1)), String));
    };
    const deploy = async () => {
      const pem = await parameter();
      const Environment = { Variables: variables(pem) };
      await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: FUNCTION, Environment }));
      cluster.trust(pem);
      trusted.push(pem);
    };
    client().start();

    await run({ logIn: failingTheSecondTime(world().initialisation.logIn) });
    await run();
    await deploy();
    await run({ lambda: withoutDecryption(world().clientSettings) });
    await run();
    await Promise.all(others.map((node) => node.run("certificate")));
    await client().steady();
    await run();
    await cluster.nodes[leader]?.run("snapshot");
    await client().stop();
    joined = await joinWithoutData(others[0]).catch((error) => error);
    client().start();
    await cluster.nodes[leader]?.run("certificate");
    await client().steady();
    await run();
    await cluster.nodes[leader]?.run("snapshot");
    await deploy();
    await client().steady();

    await client().stop();
    failures = client().failures.slice(before.failures);
    taken = (await snapshots(world())).length - before.snapshots;
    logins.push(await nodeLogin());
  });

  test("fails no read or write, at any node", () => {
    expect(failures).toEqual([]);
  });

  test("ends what a run that failed has begun, and has it sign only when functions and commands trust it", () => {
    expect(said.slice(0, 2)).toEqual([
      "Error: no login",
      expect.stringMatching(
        / before it signs, and is not by the output vault_server, the function app-orders; /,
      ),
    ]);
    expect(said[3]).toMatch(/^Step 2 of 3/);
  });

  test("has it sign only when it is known of each function, and says which right that takes", () => {
    expect(said[2]).toMatch(
      /the variables of app-orders \(AccessDeniedException\) for you; ask for kms:Decrypt .*; then run npm run vault:tls/,
    );
  });

  test("has the old one trusted until every node serves a certificate of the new one", () => {
    expect(said[4]).toMatch(
      /^Error: every node must serve .*, and does not: node-\d \([^)]+\)\. A node looks/,
    );
    expect(said[5]).toMatch(/^Step 3 of 3/);
  });

  test("lets nodes log in to take snapshots all along, and with no other rights", () => {
    expect(taken).toBe(2);
    const [before, after] = logins.map((login) => ({ ...login, certificate: undefined }));
    expect(after).toEqual(before);
  });

  test("lets a node with an empty volume join, get the data and vote, while its leader has the old one", () => {
    expect(joined).toBe(true);
  });

  test("ends with the new authority alone", async () => {
    const [old = "", both, alone] = trusted;
    expect(both).toBe(`${old}\n${alone}`);
    expect(logins.at(-1)).toMatchObject({ certificate: alone });
    for (const node of world().cluster.connections)
      await expect(askVault({ ...node, caPem: old }, "GET", "sys/health")).rejects.toThrow("certificate");
  });

  async function joinWithoutData(node: SandboxNode | undefined): Promise<boolean> {
    await node?.kill();
    rmSync(node?.path("/var/lib/vault-server") ?? "", { recursive: true });
    await node?.start();
    await wholeAgain(world().wholeness);
    return true;
  }

  async function nodeLogin(): Promise<object> {
    return (await callVault(await world().operator(), "GET", "auth/nodes/certs/snapshot")).data as object;
  }

  async function parameter(): Promise<string> {
    const { ssm, names } = world().tls;
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: names.authorityParameter }));
    return Parameter?.Value ?? "";
  }

  async function functionThatTrusts(pem: string): Promise<LambdaClient> {
    const trust = ["--assume-role-policy-document", '{"Version":"2012-10-17","Statement":[]}'];
    await world().aws("iam", "create-role", "--role-name", FUNCTION, ...trust);
    const lambda = new LambdaClient(world().clientSettings);
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: FUNCTION,
        Role: roleArn(FUNCTION),
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Code: { ZipFile: zipSync({ "index.js": new Uint8Array() }) },
        Environment: { Variables: variables(pem) },
      }),
    );
    return lambda;
  }
}

/** Of Vault's extension. */
function variables(VAULT_CACERT_BYTES: string): Record<string, string> {
  return { VLE_VAULT_ADDR: ADDRESS, VAULT_CACERT_BYTES };
}

/** Lambda as it answers somebody who may not use the functions' keys, which no emulator knows. */
function withoutDecryption(settings: LambdaClientConfig): LambdaClient {
  const lambda = new LambdaClient(settings);
  lambda.middlewareStack.add((next) => async (call) => {
    const answer = await next(call);
    const { Functions = [] } = answer.output as ListFunctionsResponse;
    for (const found of Functions) found.Environment = { Error: { ErrorCode: "AccessDeniedException" } };
    return answer;
  });
  return lambda;
}

/** A run logs in before its step, and again when the secret has what the step leads to. */
function failingTheSecondTime<Given extends unknown[], Got>(work: (...given: Given) => Promise<Got>) {
  let times = 0;
  return async (...given: Given): Promise<Got> => {
    if (times++ > 0) throw new Error("no login");
    return await work(...given);
  };
}
