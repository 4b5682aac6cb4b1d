import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandFailed } from "../../../scripts/support/processes";
import { Progress, seconds } from "../../../scripts/support/progress";
import { parseArguments } from "../../../testbed/local/arguments";
import { explainFailure } from "../../../testbed/local/failure";
import { finishedResource } from "../../../testbed/local/finished-resources";
import { formatReport } from "../../../testbed/local/report";
import { loadLocalEnvironment, writeRunEnvironment } from "../../../testbed/local/run-environment";
import { freshWorkFolder, releaseWorkFolder } from "../../../testbed/local/work-folder";
import { createCertificateAuthority } from "../../../testbed/tls/certificates";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "local-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe("arguments", () => {
  test("are known flags", () => {
    expect(parseArguments([])).toEqual({ backend: "native", keep: false, help: false });
    expect(parseArguments(["--keep", "--backend", "both"])).toEqual({
      backend: "both",
      keep: true,
      help: false,
    });
  });

  test("that are not known are refused in one line that names the known ones", () => {
    for (const argument of ["--kepe", "keep", "--keep=1", "--backend=redis", "--backend"]) {
      expect(() => parseArguments([argument])).toThrow(
        /^[^\n]+ Known: --backend native\|vault\|both, --keep, --help\.$/,
      );
    }
  });
});

describe("progress", () => {
  function terminal(isTTY: boolean) {
    const written: string[] = [];
    return { isTTY, written, write: (text: string) => written.push(text) };
  }

  test("is one plain line per stage where there is no terminal", async () => {
    const output = terminal(false);

    await new Progress(output, {}).stage("deploy", async (detail) => detail("56 resources"));

    expect(output.written.join("")).toMatch(/^✓ deploy +\d\.\d s {2}56 resources\n$/);
  });

  test("marks the stage that failed and passes its error on", async () => {
    const output = terminal(false);
    const failing = new Progress(output, {}).stage("deploy", async () => Promise.reject(new Error("no")));

    await expect(failing).rejects.toThrow("no");
    expect(output.written.join("")).toMatch(/^✗ deploy/);
  });

  test("has colours on a terminal, but not with NO_COLOR", () => {
    expect(new Progress(terminal(true), {}).paint("red", "x")).toBe("\u001b[31mx\u001b[0m");
    expect(new Progress(terminal(true), { NO_COLOR: "1" }).paint("red", "x")).toBe("x");
    expect(new Progress(terminal(false), {}).paint("red", "x")).toBe("x");
  });

  test("writes times for people", () => {
    expect([40, 59_940, 59_990, 200_000].map(seconds)).toEqual([
      "0.0 s",
      "59.9 s",
      "1 min 0 s",
      "3 min 20 s",
    ]);
  });
});

describe("the output of Terraform", () => {
  test("tells a resource that is made or gone, and what the database took", () => {
    const line = "local-foundation  aws_rds_cluster.Database_Cluster (Database/Cluster): ";

    expect(finishedResource(`${line}Creation complete after 1m30s [id=x]`)).toEqual({
      isDatabase: true,
      durationMs: 90_000,
    });
    expect(finishedResource("aws_kms_key.A (A): Destruction complete after 2s")).toEqual({
      isDatabase: false,
      durationMs: 2_000,
    });
    expect(finishedResource(`${line}Still creating... [20s elapsed]`)).toBeUndefined();
  });
});

describe("a failure", () => {
  test("of a command is told by the lines from its first error on, with the log, and without secrets", () => {
    const output = "Plan: 3 to add\n\u001b[31mError: no such thing\u001b[0m\n\n  with password hunter2\n";
    const error = new CommandFailed("terraform apply", 1, output, "/run/deploy.log");

    const text = explainFailure(error, ["hunter2"]);

    expect(text).toBe(
      "terraform apply ended with exit code 1\n  Error: no such thing\n    with password <redacted>\nLog: /run/deploy.log",
    );
  });
});

describe("the work folder", () => {
  test("is empty at the start of a run and not shared by two", async () => {
    const folder = join(directory, "run");
    await freshWorkFolder(folder);
    writeFileSync(join(folder, "old.log"), "");
    await freshWorkFolder(folder);
    expect(() => readFileSync(join(folder, "old.log"))).toThrow();

    writeFileSync(join(folder, "pid"), String(process.ppid));
    await expect(freshWorkFolder(folder)).rejects.toThrow(`process ${process.ppid}`);

    await releaseWorkFolder(folder);
    await expect(freshWorkFolder(folder)).resolves.toBe(folder);
  });

  test("is not a folder with files of somebody else, which stay", async () => {
    writeFileSync(join(directory, "theirs"), "");

    await expect(freshWorkFolder(directory)).rejects.toThrow(`${directory} is not one`);

    expect(readFileSync(join(directory, "theirs"), "utf8")).toBe("");
  });
});

describe("the environment of a run", () => {
  const settings = {
    backend: "native",
    endpoint: "http://127.0.0.1:1",
    databasePort: 5433,
    certificateAuthorityPem: "PEM",
  } as const;

  test("is checked and complete with defaults", () => {
    expect(loadLocalEnvironment()).toMatchObject({
      name: "local",
      database: { kind: "created", databaseName: "app", superuserName: "dbadmin" },
    });
  });

  test("cannot be one that adopts a database", () => {
    const adopt = join(__dirname, "..", "..", "..", "environments", "adopt.json");

    expect(() => loadLocalEnvironment(adopt)).toThrow('needs a database of kind "created"');
  });

  test("is the shipped one with the addresses of the run", async () => {
    const registry = { kind: "registry", awsVersion: "6.25.0" } as const;
    const file = await writeRunEnvironment(directory, {
      ...settings,
      provider: registry,
    });

    expect(file).toBe(join(directory, "local.json"));
    expect(readFileSync(join(directory, "local-ca.pem"), "utf8")).toBe("PEM");
    const written = JSON.parse(readFileSync(file, "utf8"));
    expect(written).not.toHaveProperty("providerVersion");
    expect(written).toMatchObject({
      emulator: { endpoint: "http://127.0.0.1:1" },
      database: {
        kind: "created",
        port: 5433,
        certificateAuthorityFile: "local-ca.pem",
      },
    });
  });

  test("names the provider's version only if a mirror gives it", async () => {
    const mirror = {
      kind: "mirror",
      awsVersion: "5.100.0",
      directory: "/mirror",
    } as const;
    const authority = await createCertificateAuthority("Test");
    const file = await writeRunEnvironment(directory, {
      ...settings,
      certificateAuthorityPem: authority.certificatePem,
      provider: mirror,
    });

    expect(loadLocalEnvironment(file)).toMatchObject({ name: "local", providerVersion: "5.100.0" });
  });

  test("with Vault has its address, authority and provider, and the backend to read from", async () => {
    const authority = await createCertificateAuthority("Test");
    const file = await writeRunEnvironment(directory, {
      ...settings,
      backend: "both",
      primary: "vault",
      certificateAuthorityPem: authority.certificatePem,
      vaultAddress: "https://127.0.0.1:8201",
      provider: {
        kind: "registry",
        awsVersion: "6.25.0",
        vault: { directory: "/mirror", version: "5.10.1" },
      },
    });

    expect(loadLocalEnvironment(file)).toMatchObject({
      backend: "both",
      primary: "vault",
      vault: { address: "https://127.0.0.1:8201", providerVersion: "5.10.1" },
      vaultCertificateAuthority: { pem: `${authority.certificatePem.trim()}\n` },
    });
  });
});

test("the report has a line for everything that was proved", () => {
  const report = formatReport({
    resources: 56,
    destroyed: 55,
    secrets: 2,
    rotations: 6,
    refused: { tried: 3, held: 3 },
    accepted: { tried: 2, held: 1 },
    files: 900,
    places: [],
    totalMs: 230_000,
    databaseWaitMs: 121_000,
  });

  expect(report).toMatchInlineSnapshot(`
    "  resources                                   56 made, 55 destroyed
      secrets rotated                             2 secrets, 6 rotations
      old password refused                        3 of 3
      new password accepted                       1 of 2
      plan after rotation                         no changes
      password found in state, plan JSON or logs  0 places in 900 files
      total time                                  3 min 50 s, of which 2 min 1 s the provider's waits for RDS"
  `);
});
