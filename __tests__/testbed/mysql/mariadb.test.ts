import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { createCertificateAuthority } from "../../../scripts/support/certificates";
import type { LocalMySql } from "../../../testbed/mysql/mysql-family";
import { onMariaDb } from "../../lambda/rotation/support/mysql-servers";
import { isListening } from "../../support/listening";

onMariaDb(({ start }) => {
  let directory: string;
  let database: LocalMySql;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "mariadb-test-"));
    const certificateAuthority = await createCertificateAuthority("mariadb test");
    database = await start({ directory, certificateAuthority, hosts: ["localhost"] });
  });
  afterAll(async () => {
    await database?.stop();
    rmSync(directory, { recursive: true });
  });

  test("the superuser is like RDS's: it grants what it has, and has no SUPER", async () => {
    const { username: user, password } = database.superuser;
    const connection = await createConnection({ host: "127.0.0.1", port: database.port, user, password });
    const [rows] = await connection.query<RowDataPacket[]>("SHOW GRANTS");
    const grants = rows.map((row) => String(Object.values(row)[0])).join("\n");
    expect(grants).toMatch(/CREATE USER.* ON \*\.\* TO .*WITH GRANT OPTION/);
    expect(grants).not.toMatch(/SUPER\b|ALL PRIVILEGES/);
    await expect(connection.query("SET GLOBAL max_connections = 10")).rejects.toThrow(/SUPER/);
    await connection.end();
  });

  test("no account is without a password, and the passwords of the set-up are not in the log", async () => {
    const rows = await database.asAdmin(
      "SELECT User FROM mysql.user WHERE is_role = 'N' AND authentication_string = '' AND User <> 'mariadb.sys'",
    );
    expect(rows.map(({ User }) => User)).toEqual([]);
    expect(await database.serverLog()).not.toContain(database.superuser.password);
  });

  test("nothing listens any more once it was stopped", async () => {
    await database.stop();
    expect(await isListening(database.port)).toBe(false);
  });
});
