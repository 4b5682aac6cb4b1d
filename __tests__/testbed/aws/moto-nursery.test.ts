import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateSecretCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { type Moto, startMoto } from "../../../testbed/aws/moto";
import { type MotoNursery, startMotoNursery } from "../../../testbed/aws/moto-nursery";
import { skipBecause } from "../../support/needing";

const BEFORE = { ...process.env };

async function names(client: SecretsManagerClient): Promise<(string | undefined)[]> {
  const { SecretList = [] } = await client.send(new ListSecretsCommand({}));
  return SecretList.map(({ Name }) => Name);
}

if (process.platform !== "linux") skipBecause("moto servers from a nursery: skipped outside Linux");
else
  describe("servers of a nursery", () => {
    let directory: string;
    let nursery: MotoNursery | undefined;
    const servers: Moto[] = [];
    const clients: SecretsManagerClient[] = [];

    beforeAll(async () => {
      directory = mkdtempSync(join(tmpdir(), "nursery-"));
      process.env.AWS_PROFILE = "nobody";
      nursery = await startMotoNursery(directory);
      Object.assign(process.env, nursery?.variables);
    });

    afterEach(async () => {
      for (const client of clients.splice(0)) client.destroy();
      for (const server of servers.splice(0)) await server.stop();
    });

    afterAll(async () => {
      process.env = { ...BEFORE };
      await nursery?.stop();
      rmSync(directory, { recursive: true });
    });

    const log = (name: string) => join(directory, `${name}.log`);

    async function server(name: string): Promise<SecretsManagerClient> {
      const started = await startMoto(log(name));
      servers.push(started);
      const credentials = { accessKeyId: "test", secretAccessKey: "test" };
      const endpoint = `http://127.0.0.1:${started.port}`;
      const client = new SecretsManagerClient({ endpoint, region: "eu-central-1", credentials });
      clients.push(client);
      return client;
    }

    test("begin empty, and know nothing of one another", async () => {
      const [one, other] = [await server("one"), await server("other")];
      await one.send(new CreateSecretCommand({ Name: "orders" }));
      expect([await names(one), await names(other)]).toEqual([["orders"], []]);
    });

    test("give ids of their own", async () => {
      const made = [await server("one"), await server("other")].map((client) =>
        client.send(new CreateSecretCommand({ Name: "orders" })),
      );
      const arns = (await Promise.all(made)).map(({ ARN }) => ARN);
      expect(new Set(arns).size).toBe(2);
    });

    test("write to the log that was named, each to its own", async () => {
      const client = await server("named");
      await names(client);
      expect(readFileSync(log("named"), "utf8")).toContain('"POST / HTTP/1.1" 200');
      await server("unused");
      expect(readFileSync(log("unused"), "utf8")).not.toContain("POST");
    });

    test("end with whoever asked for them, however that ends", async () => {
      const asking = connect(String(nursery?.variables.MOTO_NURSERY));
      asking.write(`${log("left")}\n`);
      const [port] = await once(asking, "data");
      const answer = () => fetch(`http://127.0.0.1:${Number(port)}/moto-api/`).then(({ status }) => status);
      expect(await answer()).toBe(200);
      asking.destroy();
      while ((await answer().catch(() => "gone")) !== "gone");
    });

    // The last one: it ends the nursery.
    test("end with the nursery", async () => {
      const { port } = await startMoto(log("ended"));
      await nursery?.stop();
      await expect(fetch(`http://127.0.0.1:${port}/moto-api/`)).rejects.toThrow();
      await expect(startMoto(log("refused"))).rejects.toThrow("ECONNREFUSED");
      expect(existsSync(log("refused"))).toBe(false);
    });
  });
