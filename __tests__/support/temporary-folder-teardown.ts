import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname } from "node:path";

export default function teardown(): void {
  const folder = tmpdir();
  // Where it was made; `jest --watch` makes the next one there, too.
  process.env.TMPDIR = dirname(folder);
  rmSync(folder, { recursive: true, force: true });
}
