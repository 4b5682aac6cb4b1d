import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Path of a file that comes with this package, wherever this code runs from: source, bundle or compiled.
 *
 * @param path from the folder of package.json, for example `dist/lambda/rotation.zip`.
 */
export function packagedFile(path: string): string {
  let folder = __dirname;
  while (!existsSync(join(folder, "package.json"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`${__dirname} must be inside an npm package; it is not`);
    folder = parent;
  }
  return join(folder, path);
}
