import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Every temporary folder of the tests, and of what they start, is made in one, which is removed at the end. */
export default function setup(): void {
  const folder = mkdtempSync(join(tmpdir(), "lambda-secrets-tests-"));
  // PostgreSQL does not run as root, and has to reach its data in here.
  chmodSync(folder, 0o755);
  process.env.TMPDIR = folder;
}
