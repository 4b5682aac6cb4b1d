import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Secret } from "../../../../lambda/secret-reader";
import { bundleReader } from "../../../../testbed/bench/reader";

const ROOT = join(__dirname, "..", "..", "..", "..");

const READ = `
module.exports.readSecret("orders").then(
  (secret) => console.log(JSON.stringify({ secret })),
  ({ name, message }) => console.log(JSON.stringify({ failure: { name, message } })),
);`;

/**
 * Reads `orders` with the bundled reader in a process of its own. Within jest Node's errors are of another realm, so that
 * the AWS SDK does not know them for errors and drops their codes.
 *
 * @throws an error with the name and the message of the reader's.
 */
export async function readInOwnProcess(variables: Readonly<Record<string, string>>): Promise<Secret> {
  const { code } = await bundleReader();
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", code + READ], {
    cwd: ROOT,
    env: variables,
  });
  const { secret, failure } = JSON.parse(stdout);
  if (failure) throw Object.assign(new Error(failure.message), { name: failure.name });
  return secret;
}
