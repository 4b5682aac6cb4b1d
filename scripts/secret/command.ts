import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { approval } from "../deploy/approval";
import { failed } from "../support/ending";
import { parseWords } from "../support/words";
import { changeOf, type PasswordOptions } from "./change";
import { type DeployedSecret, findDeployed } from "./deployed-secret";
import { readPassword } from "./password";
import { StoredSecret } from "./stored-secret";

const USAGE = `Usage: npm run secret -- <name> [--password | --forget-password] [--yes]

Writes what the deployed environment says of a secret (user, host, port, database, superuser secret) into its value,
which Terraform leaves alone, and gives up a rotation that is not complete. ENVIRONMENT names the environment ("dev" if
unset), <name> the secret in it. The password stays, unless the user is another one: then the next rotation makes that
user.

  --password         put the present password of the user into the value; it is asked for, or read from standard input
  --forget-password  take the password out of the value; the next rotation sets a new one
  --yes              do not ask
  --help             show this text
`;

/**
 * `npm run secret`.
 *
 * @param synthesized synthesizes, and gives the folder
 * @returns the exit code
 */
export async function runCommand(
  argv: readonly string[],
  synthesized: () => Promise<string>,
): Promise<number> {
  try {
    const { name, yes, help, ...options } = parse(argv);
    if (help) {
      process.stdout.write(USAGE);
      return 0;
    }
    if (!yes && !process.stdin.isTTY)
      throw new Error("npm run secret must ask before it writes, and has no terminal to ask at; add --yes");
    const secret = await findDeployed(name, await synthesized());
    return await rewrite(secret, {
      password: options.password ? await readPassword() : undefined,
      forgetPassword: options["forget-password"],
      approve: async () => yes || (await approval("Write this?", new AbortController().signal)),
    });
  } catch (error) {
    return failed(error);
  }
}

function parse(argv: readonly string[]) {
  const flag = { type: "boolean", default: false } as const;
  const options = { password: flag, "forget-password": flag, yes: flag, help: flag };
  const { values, positionals } = parseWords(argv, options);
  const [name = "", ...more] = positionals;
  // Not what they are: somebody may have typed a password.
  if (!values.help && (name === "" || more.length > 0))
    throw new Error(
      `one secret must be named, got ${positionals.length} names; see npm run secret -- --help`,
    );
  if (values.password && values["forget-password"])
    throw new Error("--password and --forget-password exclude each other, got both; leave one out");
  return { ...values, name };
}

interface RewriteOptions extends PasswordOptions {
  readonly approve: () => Promise<boolean>;
}

/** Shows what will change, asks, and writes it. */
export async function rewrite(
  { arn, value }: DeployedSecret,
  { approve, ...options }: RewriteOptions,
): Promise<number> {
  const [, , , region] = arn.split(":");
  const secret = await StoredSecret.read(new SecretsManagerClient({ region }), arn);
  const change = changeOf(secret, JSON.parse(value), options);
  const nothing = change.lines.length === 0;
  const lines = nothing ? ["  The value is what the deployed environment says."] : change.lines;
  process.stdout.write(`${arn}\n${lines.join("\n")}\n`);
  if (!nothing && !(await approve())) {
    process.stdout.write("Nothing was changed.\n");
    return 1;
  }
  await secret.write(change);
  await secret.record(value);
  if (!nothing)
    process.stdout.write(`Done. Rotate now: aws secretsmanager rotate-secret --secret-id ${arn}\n`);
  return 0;
}
