import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import type { CertificateAuthority } from "./certificates";

/** A MariaDB on 127.0.0.1, of Debian's mariadb-server, with a superuser like RDS's. */
export interface LocalMariaDb {
  readonly port: number;
  /** What RDS's master user may do: everything but SUPER, with GRANT OPTION. */
  readonly superuser: { readonly username: string; readonly password: string };
  readonly databaseName: string;
  /** The true superuser, for test set-up only. */
  readonly admin: { readonly user: string; readonly password: string };
  /** Issues a new certificate for these hosts; returns once new connections get it. */
  serveCertificateFor(hosts: readonly string[], options?: { readonly notAfter?: Date }): Promise<void>;
  /** Everything in the general log so far. */
  serverLog(): Promise<string>;
  /** As the true superuser. Its statements are not logged. */
  asAdmin(...statements: readonly string[]): Promise<RowDataPacket[]>;
  stop(): Promise<void>;
}

export interface LocalMariaDbOptions {
  /** An existing folder for data, certificate and log. */
  readonly directory: string;
  readonly certificateAuthority: CertificateAuthority;
  /** What the server's certificate is valid for. */
  readonly hosts: readonly string[];
  /** @default true */
  readonly tls?: boolean;
  /** @default true */
  readonly generalLog?: boolean;
}

const ADMIN = "rdsadmin";
const SUPERUSER = "superuser";

/** Amazon RDS User Guide, "Master user account privileges", MariaDB; MySQL's has the same and roles beside them. */
const MASTER_PRIVILEGES =
  "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER, SHOW DATABASES, " +
  "CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, REPLICATION SLAVE, REPLICATION CLIENT, CREATE VIEW, SHOW VIEW, " +
  "CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER";

const SETTINGS = [
  "--skip-log-bin",
  // Nothing of it is kept.
  "--debug-no-sync",
  "--skip-name-resolve",
  "--innodb-buffer-pool-size=16M",
  "--innodb-log-file-size=8M",
  "--innodb-flush-log-at-trx-commit=0",
  "--innodb-doublewrite=OFF",
  "--aria-pagecache-buffer-size=8M",
  "--performance-schema=OFF",
];

export async function startMariaDb(options: LocalMariaDbOptions): Promise<LocalMariaDb> {
  const { directory, certificateAuthority, hosts, tls = true, generalLog = true } = options;
  const port = await freePort();
  const databaseName = "app";
  const password = () => randomBytes(18).toString("base64url");
  const [admin, superuser] = [
    { user: ADMIN, password: password() },
    { username: SUPERUSER, password: password() },
  ];
  const file = (name: string) => join(directory, name);
  await mkdir(directory, { recursive: true });

  const writeCertificate: LocalMariaDb["serveCertificateFor"] = async (names, { notAfter } = {}) => {
    const issued = await certificateAuthority.issue({ hosts: names, ...(notAfter && { notAfter }) });
    await writeFile(file("server.key"), issued.keyPem, { mode: 0o600 });
    await writeFile(file("server.crt"), issued.certificatePem);
  };
  await writeCertificate(hosts);
  await writeFile(
    file("init.sql"),
    [
      "SET SESSION sql_log_off = 1;",
      `CREATE USER ${ADMIN}@'%' IDENTIFIED BY '${admin.password}';`,
      `GRANT ALL ON *.* TO ${ADMIN}@'%' WITH GRANT OPTION;`,
      `CREATE USER ${SUPERUSER}@'%' IDENTIFIED BY '${superuser.password}';`,
      `GRANT ${MASTER_PRIVILEGES} ON *.* TO ${SUPERUSER}@'%' WITH GRANT OPTION;`,
      "DELETE FROM mysql.global_priv WHERE User = 'root';",
      "FLUSH PRIVILEGES;",
      `CREATE DATABASE ${databaseName};`,
      "",
    ].join("\n"),
    { mode: 0o600 },
  );
  const server = await startServer(
    {
      dataDirectory: file("data"),
      initFile: file("init.sql"),
      logFile: file("server.log"),
      port,
      socket: file("socket"),
      settings: [
        ...SETTINGS,
        ...(generalLog ? ["--general-log", `--general-log-file=${file("general.log")}`] : []),
        ...(tls ? [`--ssl-cert=${file("server.crt")}`, `--ssl-key=${file("server.key")}`] : ["--skip-ssl"]),
      ],
    },
    file("server.log"),
  );

  const asAdmin: LocalMariaDb["asAdmin"] = async (...statements) => {
    const connection = await createConnection({ host: "127.0.0.1", port, ...admin });
    try {
      await connection.query("SET SESSION sql_log_off = 1");
      const rows: RowDataPacket[] = [];
      for (const sql of statements) {
        const [result] = await connection.query(sql);
        if (Array.isArray(result)) rows.push(...(result as RowDataPacket[]));
      }
      return rows;
    } finally {
      await connection.end();
    }
  };

  return {
    port,
    superuser,
    databaseName,
    admin,
    asAdmin,
    async serveCertificateFor(names, more) {
      await writeCertificate(names, more);
      await asAdmin("FLUSH SSL");
    },
    async serverLog() {
      await asAdmin("FLUSH GENERAL LOGS");
      return await readFile(file("general.log"), "utf8");
    },
    async stop() {
      if (server.exitCode !== null || server.signalCode !== null) return;
      const exited = once(server, "exit");
      server.stdin?.end();
      await exited;
    },
  };
}

async function startServer(options: object, logFile: string): Promise<ChildProcess> {
  // Its own process group: Ctrl-C reaches the parent only, which may still need the database to clean up.
  const server = spawn(process.execPath, [join(__dirname, "mariadb-server.mjs")], {
    env: { ...process.env, MARIADB_SERVER: JSON.stringify(options) },
    stdio: ["pipe", "pipe", "ignore"],
    detached: true,
  });
  const outcome = await Promise.race([
    once(server.stdout, "data").then(() => "ready"),
    once(server, "exit").then(() => "ended"),
  ]);
  if (outcome === "ready") return server;
  const log = await readFile(logFile, "utf8").catch(() => "");
  throw new Error(
    `MariaDB did not start (Debian: apt-get install mariadb-server). Its log (${logFile}) ends with:\n${log.slice(-2000)}`,
  );
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no free TCP port on 127.0.0.1");
  return address.port;
}
