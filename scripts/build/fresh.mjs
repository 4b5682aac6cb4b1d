// Makes a file again only if the content of something that it was made from has changed.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Makes the outputs that are out of date.
 *
 * @param root folder that all paths begin at.
 * @param targets `{ output, make }`; `make()` answers the content and the paths of what it was made from.
 * @returns the outputs that were made.
 */
export async function makeStale(root, targets) {
  const stale = targets.filter(({ output }) => !isFresh(root, output));
  await Promise.all(stale.map((target) => makeOne(root, target)));
  return stale.map(({ output }) => output);
}

async function makeOne(root, { output, make }) {
  const started = Date.now();
  const { content, inputs } = await make();
  mkdirSync(join(root, dirname(output)), { recursive: true });
  replaceFile(join(root, output), content);
  const files = [...inputs].filter((file) => existsSync(join(root, file))).sort();
  // Which text of a file that was saved meanwhile is in the output, nobody knows: the next time it is made again.
  if (files.some((file) => statSync(join(root, file)).mtimeMs >= started)) return;
  const all = [output, ...files];
  replaceFile(
    recordOf(root, output),
    JSON.stringify({ stamp: stamp(root, all), digest: digest(root, all), files }),
  );
}

/** In one step: another process may be reading, and this one may be cut off. */
export function replaceFile(file, content) {
  writeFileSync(`${file}.${process.pid}`, content);
  renameSync(`${file}.${process.pid}`, file);
}

/** Untouched files are not read again; touched ones count as changed only if their content is another. */
function isFresh(root, output) {
  try {
    const record = JSON.parse(readFileSync(recordOf(root, output), "utf8"));
    const files = [output, ...record.files];
    const now = stamp(root, files);
    if (record.stamp === now) return true;
    if (record.digest !== digest(root, files)) return false;
    replaceFile(recordOf(root, output), JSON.stringify({ ...record, stamp: now }));
    return true;
  } catch {
    // A record or a file that is missing or cannot be read: what keeps the output from being made says so itself.
    return false;
  }
}

function recordOf(root, output) {
  return join(root, `${output}.inputs.json`);
}

function stamp(root, files) {
  return files
    .map((file) => {
      const { mtimeMs, ctimeMs, size } = statSync(join(root, file));
      return `${mtimeMs}/${ctimeMs}/${size}`;
    })
    .join();
}

function digest(root, files) {
  const hash = createHash("sha256");
  for (const file of files)
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(join(root, file)))
      .update("\0");
  return hash.digest("hex");
}
