import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { proofReport } from "../../../scripts/prove/report";
import { CommandFailed } from "../../../scripts/support/processes";
import { proveByCommand, stagesOf } from "../../../testbed/local/proof";
import { shippedEnvironment } from "../../support/shipped";

test("the stages are those of the report, with what they saw", () => {
  const stages = [
    { title: "deploy", milliseconds: 61_000, detail: "done", held: true },
    { title: "functions connect, rotated once", milliseconds: 900, detail: "a | b", held: false },
  ];
  const environment = shippedEnvironment("local");
  const report = proofReport({
    environment,
    versions: { Terraform: "1.11.0" },
    stages,
    ended: true,
    when: new Date(0),
  });
  expect(stagesOf(report)).toEqual([
    { title: "deploy", detail: "done", held: true },
    { title: "functions connect, rotated once", detail: "a \\| b", held: false },
  ]);
});

test("a command that fails before its first stage is the failure, and says why", async () => {
  const directory = mkdtempSync(join(tmpdir(), "proof-"));
  const environmentFile = join(directory, "missing.json");
  const output = join(directory, "cdktf.out");
  const failure = await proveByCommand({
    directory,
    output,
    environmentFile,
    variables: {},
    onStage: () => {},
  }).then(
    () => undefined,
    (error: unknown) => error,
  );
  rmSync(directory, { recursive: true });
  expect(failure).toBeInstanceOf(CommandFailed);
  expect((failure as CommandFailed).output).toContain("missing.json");
});
