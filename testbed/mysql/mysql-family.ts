import { randomBytes } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import type { CertificateAuthority } from "../../scripts/support/certificates";
import { freePort } from "../../scripts/support/free-port";
import { startOwned } from "../owned-server";

/** A MySQL or MariaDB on 127.0.0.1, with a superuser like RDS's. */
export interface LocalMySql {
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

export interface LocalMySqlOptions {
  /** An existing folder for data, certificate and log. */
  readonly directory: string;
  readonly certificateAuthority: CertificateAuthority;
  /** What the server's certificate is valid for. */
  readonly hosts: readonly string[];
  /** @default "app" */
  readonly databaseName?: string;
  /** @default "superuser" */
  readonly superuserName?: string;
  /** @default true */
  readonly tls?: boolean;
  /** @default true */
  readonly generalLog?: boolean;
}

/** A program and its arguments. */
type Command = readonly [string, readonly string[]];

/** What `mysql-server.mjs` is told. */
interface ServerProcess {
  readonly initialise: Command;
  readonly serve: Command;
  readonly port: number;
  readonly logFile: string;
}

/** What MySQL and MariaDB do each in their own way. */
export interface Flavour {
  readonly name: string;
  /** What to install where it is missing. */
  readonly packages: string;
  readonly server: string;
  /** The folders and, for root, `--user` are added. */
  readonly initialise: Command;
  readonly settings: readonly string[];
  readonly withoutTls: string;
  /** Takes away who can log in without a password after `initialise`. */
  readonly dropRoot: string;
  /** Grants the superuser what RDS's has on this server. */
  grantMaster(account: string): readonly string[];
  readonly reloadCertificate: string;
}

const ADMIN = "rdsadmin";

/** Amazon RDS User Guide, "Master user account privileges": what MySQL's and MariaDB's have in common. */
export const MASTER_PRIVILEGES =
  "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER, SHOW DATABASES, " +
  "CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, REPLICATION SLAVE, REPLICATION CLIENT, CREATE VIEW, SHOW VIEW, " +
  "CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER";

const SETTINGS = [
  "--skip-log-bin",
  "--skip-name-resolve",
  "--bind-address=127.0.0.1",
  // Nothing of it is kept.
  "--innodb-buffer-pool-size=16M",
  "--innodb-flush-log-at-trx-commit=0",
  "--innodb-doublewrite=OFF",
  "--performance-schema=OFF",
];

export async function startMySqlFamily(flavour: Flavour, options: LocalMySqlOptions): Promise<LocalMySql> {
  const { directory, certificateAuthority, hosts, tls = true, generalLog = true } = options;
  const { databaseName = "app", superuserName = "superuser" } = options;
  const port = await freePort();
  const password = () => randomBytes(18).toString("base64url");
  const [admin, superuser] = [
    { user: ADMIN, password: password() },
    { username: superuserName, password: password() },
  ];
  const file = (name: string) => join(directory, name);
  await mkdir(file("temporary"), { recursive: true });

  const writeCertificate: LocalMySql["serveCertificateFor"] = async (names, { notAfter } = {}) => {
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
      `CREATE USER ${superuserName}@'%' IDENTIFIED BY '${superuser.password}';`,
      ...flavour.grantMaster(`${superuserName}@'%'`).map((sql) => `${sql};`),
      `${flavour.dropRoot};`,
      "FLUSH PRIVILEGES;",
      `CREATE DATABASE ${databaseName};`,
      "",
    ].join("\n"),
    { mode: 0o600 },
  );
  const [initialise, initialiseArguments] = flavour.initialise;
  const common = [
    `--datadir=${file("data")}`,
    // Its own: MariaDB clears the shared one as it starts, of other servers' tables too.
    `--tmpdir=${file("temporary")}`,
    // Root must say so; everybody else runs it as themselves.
    ...(process.getuid?.() === 0 ? ["--user=root"] : []),
  ];
  const stop = await startOwned<ServerProcess>(
    join(__dirname, "mysql-server.mjs"),
    "MYSQL_SERVER",
    {
      initialise: [initialise, [...initialiseArguments, ...common]],
      serve: [
        flavour.server,
        [
          "--no-defaults",
          ...common,
          // In the folder of its data: a path of a socket may have a hundred characters at most.
          "--socket=socket",
          `--port=${port}`,
          `--init-file=${file("init.sql")}`,
          ...SETTINGS,
          ...flavour.settings,
          ...(generalLog ? ["--general-log", `--general-log-file=${file("general.log")}`] : []),
          ...(tls
            ? [`--ssl-cert=${file("server.crt")}`, `--ssl-key=${file("server.key")}`]
            : [flavour.withoutTls]),
        ],
      ],
      port,
      logFile: file("server.log"),
    },
    `${flavour.name} did not start (${flavour.packages})`,
  );

  const asAdmin: LocalMySql["asAdmin"] = async (...statements) => {
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

  // It has passwords. The server lets nobody in before it has carried the file out.
  await asAdmin();
  await rm(file("init.sql"));

  return {
    port,
    superuser,
    databaseName,
    admin,
    asAdmin,
    async serveCertificateFor(names, more) {
      await writeCertificate(names, more);
      await asAdmin(flavour.reloadCertificate);
    },
    async serverLog() {
      await asAdmin("FLUSH GENERAL LOGS");
      return await readFile(file("general.log"), "utf8");
    },
    stop,
  };
}
