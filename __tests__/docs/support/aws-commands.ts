import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { run } from "../../../scripts/support/processes";
import { withoutAwsSettings } from "../../../testbed/aws/aws-settings";
import { vaultTools } from "../../../testbed/vault/tools";
import { blocksOf } from "./documents";

/** Exit code, output, errors. */
export type Ran = readonly [code: number, output: string, errors: string];

/**
 * The commands for an account that documents show, each once and in one line.
 *
 * @param paths of documents, from the project's folder. @default - all
 */
export function documentedCommands(...paths: readonly string[]): readonly string[] {
  const lines = blocksOf("sh")
    .filter(
      ({ info, place }) =>
        info === "aws" && (paths.length === 0 || paths.includes(place.split(":")[0] ?? "")),
    )
    .flatMap(({ code }) =>
      code
        .replaceAll(/\\\n\s*/g, "")
        .replaceAll(/\|\n\s*/g, "| ")
        .split("\n"),
    );
  return [...new Set(lines.map((line) => line.trim()).filter(Boolean))];
}

/**
 * Runs commands of AWS CLI in one process.
 *
 * @param endpoint where they go. @default - each is answered with a sample
 */
export async function runAwsCommands(lines: readonly string[], endpoint?: string): Promise<readonly Ran[]> {
  const folder = mkdtempSync(join(tmpdir(), "aws-commands-"));
  // Session Manager's, which the CLI hands a session on to.
  writeFileSync(join(folder, "session-manager-plugin"), "#!/bin/sh\n", { mode: 0o755 });
  const { python } = await vaultTools();
  // CLI 1 takes a payload as it is written.
  const taken = lines.map((line) => line.replace(" --cli-binary-format raw-in-base64-out", ""));
  const words = [join(__dirname, "aws_cli.py"), endpoint ? "endpoint" : "samples", ...taken];
  const { stdout } = await run(python, words, {
    cwd: folder,
    env: {
      ...process.env,
      ...withoutAwsSettings(),
      ...(endpoint && { AWS_ENDPOINT_URL: endpoint }),
      PATH: `${folder}${delimiter}${process.env.PATH}`,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_DEFAULT_REGION: "ap-northeast-2",
      AWS_MAX_ATTEMPTS: "1",
    },
  });
  rmSync(folder, { recursive: true });
  return JSON.parse(stdout);
}
