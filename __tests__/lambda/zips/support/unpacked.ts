import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { projectRoot } from "../../../support/shipped";

/** A new folder with what is in the zip that the rotation function is deployed from. */
export function unpackedRotation(): string {
  bringUpToDate();
  const folder = mkdtempSync(join(tmpdir(), "rotation-"));
  const zip = unzipSync(readFileSync(join(projectRoot, "dist", "lambda", "rotation.zip")));
  for (const [file, content] of Object.entries(zip)) writeFileSync(join(folder, file), content);
  return folder;
}

/** A zip of yesterday would prove nothing. */
export function bringUpToDate(): void {
  execFileSync(process.execPath, [join(projectRoot, "scripts", "build", "main.mjs")]);
}
