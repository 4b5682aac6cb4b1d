import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandFailed } from "../../../scripts/support/processes";
import { Progress, seconds } from "../../../scripts/support/progress";
import { parseArguments, USAGE } from "../../../testbed/local/arguments";
import { explainFailure } from "../../../testbed/local/failure";
import { databaseWaitMs, NOTHING_FINISHED, withLine } from "../../../testbed/local/finished-resources";
import { formatReport } from "../../../testbed/local/report";
import { freshWorkFolder, releaseWorkFolder } from "../../../testbed/local/work-folder";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "local-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe("arguments", () => {
  test("are known flags", () => {
    expect(parseArguments([])).toEqual({
      backends: ["native"],
      keep: false,
      badDay: false,
      help: false,
    });
    expect(parseArguments(["--keep", "--bad-day", "--backend", "native,vault"])).toEqual({
      backends: ["native", "vault"],
      keep: true,
      badDay: true,
      help: false,
    });
  });

  test("that are not known are refused in one line that names the known ones", () => {
    for (const argument of ["--kepe", "keep", "--keep=1", "--backend"])
      expect(() => parseArguments([argument])).toThrow(
        /^[^\n]+\. Known: --backend, --keep, --bad-day, --help$/,
      );
    for (const backend of ["redis", "toString"])
      expect(() => parseArguments(["--backend", backend])).toThrow(
        `--backend must be one of native; vault; native,vault, got "${backend}"`,
      );
  });

  test("of before are refused with what to write", () => {
    expect(() => parseArguments(["--backend", "both"])).toThrow('got "both"; write native,vault');
  });

  test("are all in the help", () => {
    expect(USAGE).toContain("--backend native|vault|native,vault");
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
  const cluster = "aws_rds_cluster.Database-main_Cluster (Database-main/Cluster): ";

  test("tells the resources that are made or gone", () => {
    const made = withLine(NOTHING_FINISHED, `${cluster}Creation complete after 1m30s [id=x]`, 100_000);
    const gone = withLine(made, "aws_kms_key.A (A): Destruction complete after 2s", 110_000);

    expect(gone).toEqual({ resources: 2, databaseWaits: [[10_000, 100_000]] });
    expect(withLine(gone, `${cluster}Still creating... [20s elapsed]`, 120_000)).toBe(gone);
  });

  test("tells what the databases took, once where two of them were waited for", () => {
    const waits = [
      [0, 30],
      [10, 40],
      [40, 70],
      [80, 90],
      [82, 85],
      [86, 88],
    ] as const;

    expect(databaseWaitMs({ resources: 5, databaseWaits: waits })).toBe(80);
    expect(databaseWaitMs(NOTHING_FINISHED)).toBe(0);
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
    const folder = join(directory, ".local", "run");
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

test("the report has a line for everything that was proved", () => {
  const report = formatReport({
    products: ["PostgreSQL", "MariaDB"],
    resources: 56,
    destroyed: 55,
    secrets: 4,
    rotations: 12,
    refused: 6,
    accepted: 4,
    passwords: 18,
    files: 900,
    totalMs: 230_000,
    databaseWaitMs: 121_000,
  });

  expect(report).toMatchInlineSnapshot(`
    "  resources                              56 made, 55 destroyed
      secrets rotated                        4 secrets in PostgreSQL and MariaDB, 12 rotations
      old passwords refused                  all 6
      new passwords accepted                 all 4
      plan after rotation                    no changes
      passwords in state, plan JSON or logs  none of 18 in 900 files
      total time                             3 min 50 s, of which 2 min 1 s the provider's waits for RDS"
  `);
});
