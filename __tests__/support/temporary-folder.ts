import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const PREFIX = "lambda-secrets-tests-";

interface TemporaryFolder {
  readonly path: string;
  /** TMPDIR before it was made. */
  readonly before: string | undefined;
}

let made: TemporaryFolder | undefined;

/** Every temporary folder of the tests, and of what they start, is made in one, which is removed at the end. */
export function makeTemporaryFolder(): void {
  made = { before: process.env.TMPDIR, path: mkdtempSync(join(tmpdir(), PREFIX)) };
  // PostgreSQL does not run as root, and has to reach its data in here.
  chmodSync(made.path, 0o755);
  process.env.TMPDIR = made.path;
}

/** Deletes the folder that was made here and nothing else: with `--bail`, jest may call this several times. */
export function removeTemporaryFolder(): void {
  if (!made) return;
  const { path, before } = made;
  made = undefined;
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  if (!basename(path).startsWith(PREFIX)) throw new Error(`${path} is not a temporary folder of the tests`);
  rmSync(path, { recursive: true, force: true });
}
