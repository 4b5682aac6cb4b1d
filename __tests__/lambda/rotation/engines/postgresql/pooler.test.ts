import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseUnavailableError } from "../../../../../lambda/rotation/support/errors";
import { freePort } from "../../../../../scripts/support/free-port";
import { findPgBouncer, PGBOUNCER_HINT } from "../../../../../testbed/postgres/pgbouncer-binary";
import { isListening } from "../../../../support/listening";
import { skipOutsideCi } from "../../../../support/needing";
import { World } from "../../support/world";

const binary = findPgBouncer();

if (binary === undefined) skipOutsideCi(`PgBouncer's tests cannot run, it is not here: ${PGBOUNCER_HINT}`);
else
  describe("behind PgBouncer", () => {
    let world: World;
    const started: ChildProcess[] = [];
    beforeAll(async () => {
      world = await World.start();
      await world.createUser("app", "known-password");
    });
    afterAll(async () => {
      for (const pooler of started) {
        const ended = once(pooler, "exit");
        pooler.kill("SIGKILL");
        await ended;
      }
      await world?.stop();
    });

    /** In front of the world's PostgreSQL; it knows the user's password. */
    async function startPooler(name: string, settings: string): Promise<number> {
      const port = await freePort();
      const folder = join(world.directory, name);
      await mkdir(folder);
      const issued = await world.certificateAuthority.issue({ hosts: ["localhost"] });
      const files = {
        "server.key": issued.keyPem,
        "server.crt": issued.certificatePem,
        "users.txt": '"app" "known-password"\n',
        "pgbouncer.ini": [
          "[databases]",
          `* = host=127.0.0.1 port=${world.database.port}`,
          "[pgbouncer]",
          `listen_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir =`,
          `auth_type = scram-sha-256\nauth_file = ${folder}/users.txt`,
          `client_tls_sslmode = require\nclient_tls_key_file = ${folder}/server.key`,
          `client_tls_cert_file = ${folder}/server.crt\nserver_tls_sslmode = require`,
          settings,
          "",
        ].join("\n"),
      };
      for (const [file, text] of Object.entries(files)) {
        await writeFile(join(folder, file), text);
        await chmod(join(folder, file), 0o644);
      }
      // It refuses to run as root.
      const user = process.getuid?.() === 0 ? ["-u", "nobody"] : [];
      started.push(spawn(binary ?? "", [...user, join(folder, "pgbouncer.ini")], { stdio: "ignore" }));
      while (!(await isListening(port))) await sleep(50);
      return port;
    }

    const failureAt = (port: number, password: string) => {
      const arn = world.secrets.create({ ...world.connection("app"), port, password });
      return world.rotate(arn).then(
        () => new Error("rotated"),
        (error) => error,
      );
    };

    test.each([
      ["with PgBouncer's defaults", ""],
      ["where PgBouncer drops start-up options without a word", "ignore_startup_parameters = options"],
    ])("a rotation is refused, with the host to name, and changes nothing (%s)", async (name, settings) => {
      const port = await startPooler(name.replaceAll(/\W+/g, "-"), settings);
      for (const password of ["known-password", "wrong-password"]) {
        const error = await failureAt(port, password);
        expect(error).toBeInstanceOf(DatabaseUnavailableError);
        expect(error.message).toMatch(/is a connection pooler, such as PgBouncer.*database's own host/);
      }
      expect(await world.logsIn("app", "known-password")).toBe(true);
    });
  });
