import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { OPERATOR_ROLE } from "../../../constructs/vault/server/node/initial-requests";
import {
  findVaultBinary,
  findVaultExtensionBinary,
  VAULT_EXTENSION_HINT,
  VAULT_HINT,
} from "../../../scripts/machine/vault-binaries";
import { callVault } from "../../../scripts/vault/vault-api";
import { until } from "../../../scripts/vault/waiting";
import type { Balancer } from "../../../testbed/vault/balancer";
import { vaultProgram } from "../../../testbed/vault/program";
import { describeNeeding } from "../../support/needing";
import { applyOverHttp } from "../../support/vault/apply-over-http";
import { READER, synthesizedBackend } from "../../support/vault/synthesized-backend";
import { startExtension } from "./support/extension-proxy";
import { type FunctionsWay, serverSuite } from "./support/server-suite";
import { HOST_NAME, roleArn, ServerWorld } from "./support/server-world";

const MOUNT = "functions";
const SECRET = `${MOUNT}/data/app/orders`;
const LOGIN = { mount: "aws-lambda", role: READER.name, serverId: "vault.example" };

/** What the stack makes of a server, and variables of a function that reads there. */
function backend({ stsUrl, authorityPem }: ServerWorld, address: string) {
  return synthesizedBackend({
    auth: { stsEndpoint: stsUrl, boundCidrs: ["127.0.0.0/8"], loginsPerSecond: 1000 },
    kv: { mount: MOUNT, prefix: "app", maxVersions: 7, deletionProtection: false },
    extension: {
      address,
      certificateAuthority: authorityPem,
      delivery: "proxy",
      layers: { arm64: "arn:layer" },
    },
  });
}

/** As a deployed function: with Vault's extension, which logs in as its role. */
async function throughExtension(
  world: ServerWorld,
  { address }: Balancer,
  binary: string,
): Promise<FunctionsWay> {
  const environment = {
    ...backend(world, address).variables,
    VAULT_AUTH_PROVIDER: LOGIN.mount,
    SECRET_SOURCES: "vault-proxy",
    SECRET_VAULT_PATH: `${MOUNT}/data/app/`,
  };
  const extension = await startExtension(binary, {
    ...environment,
    // The certificate is for a name that leads nowhere here.
    VAULT_TLS_SERVER_NAME: HOST_NAME,
    ...(await world.credentialsOf(READER.name)),
  });
  return { environment, stop: extension.stop };
}

const NEEDED = {
  [VAULT_HINT]: findVaultBinary(),
  [VAULT_EXTENSION_HINT]: findVaultExtensionBinary(),
};

describeNeeding("a server that KMS unseals and AWS lets in", NEEDED, (server = "", extension = "") =>
  serverSuite({
    prepare: () => ServerWorld.prepare(vaultProgram(server)),
    reach: (world, balancer) => throughExtension(world, balancer, extension),
    more: (world) => {
      beforeAll(async () => {
        const file = join(world().directory, "cdk.tf.json");
        writeFileSync(file, backend(world(), `https://${HOST_NAME}`).json);
        const operator = await world().operator();
        await applyOverHttp(file, operator);
        await until("the new mount takes writes, and is known at every node", async () => {
          await callVault(operator, "POST", SECRET, { data: { password: "of Vault" } });
          for (const node of world().cluster.connections)
            await callVault({ ...node, token: operator.token }, "GET", SECRET);
          return true;
        });
      });

      test("a function's role logs in and reads its secret at every node", async () => {
        for (const node of world().cluster.connections) {
          const token = await world().logInAs(READER.name, node, LOGIN);
          const { data } = await callVault({ ...node, token }, "GET", SECRET);
          expect(data).toMatchObject({ data: { password: "of Vault" } });
        }
      });

      test("vault:status says whether operators are those of the environment file, until they are written again", async () => {
        const operator = await world().operator();
        const role = async () => (await callVault(operator, "GET", OPERATOR_ROLE)).data as object;
        const others = [roleArn("operators"), roleArn("more")];
        const before = await role();

        expect((await world().status()).lines).toContainEqual(expect.stringContaining("Operators are those"));
        const { healthy, lines } = await world().status({ operators: others });
        await callVault(operator, "POST", OPERATOR_ROLE, { bound_iam_principal_arn: others.join(",") });

        expect(healthy).toBe(false);
        expect(lines).toContainEqual(expect.stringContaining(`does not let in ${roleArn("more")}: correct`));
        expect((await world().status({ operators: others })).healthy).toBe(true);
        expect(await role()).toEqual({ ...before, bound_iam_principal_arn: others });
        await callVault(operator, "POST", OPERATOR_ROLE, { bound_iam_principal_arn: [roleArn("operators")] });
      });

      test("no role logs in as a function or an operator that it is not", async () => {
        const operator = { mount: "operators", role: "operator", serverId: HOST_NAME };
        const refused = "does not belong to the role";
        for (const node of world().cluster.connections) {
          await expect(world().logInAs("other", node, LOGIN)).rejects.toThrow(refused);
          await expect(world().logInAs(READER.name, node, operator)).rejects.toThrow(refused);
        }
      });
    },
  }),
);
