import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { synthesize } from "../deploy/synthesize";

/**
 * Synthesizes the environment into two folders.
 *
 * @returns the files that differ: a plan of theirs would change by itself
 */
export async function synthesizeTwice(): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), "synth-twice-"));
  try {
    const [first, second] = ["first", "second"].map((name) => join(folder, name)) as [string, string];
    await synthesize({ output: first, inherit: true });
    await synthesize({ output: second, inherit: true });
    return differences(await contents(first), await contents(second));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function contents(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) =>
    one.isFile(),
  );
  const paths = files.map(({ parentPath, path, name }) => join(parentPath ?? path, name));
  return new Map(
    await Promise.all(
      paths.map(async (path) => [relative(folder, path), await readFile(path, "base64")] as const),
    ),
  );
}

function differences(first: ReadonlyMap<string, string>, second: ReadonlyMap<string, string>): string[] {
  const files = new Set([...first.keys(), ...second.keys()]);
  return [...files].filter((file) => first.get(file) !== second.get(file)).sort();
}
