import { parseArgs } from "node:util";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { nearest } from "../../constructs/environment/values/nearest";
import { approval } from "../deploy/approval";
import { readOutputs } from "../deploy/outputs";
import { plainScreen } from "../deploy/screen";
import { StackTerraform } from "../deploy/stack-terraform";
import { synthesizedStacks } from "../deploy/stacks";
import { usersTerraformEnvironment } from "../terraform/provider-source";
import { changeOf } from "./change";
import { readPassword } from "./password";
import { StoredSecret } from "./stored-secret";

const USAGE = `Usage: npm run secret -- <name> [--password] [--yes]

Writes what the deployed environment says of a secret (user, host, port, database, superuser secret) into its value, which
Terraform leaves alone. ENVIRONMENT names the environment ("dev" if unset), <name> the secret in it. The password stays,
unless the user is another one: then the next rotation makes that user.

  --password  put the present password of the user into the value, too; it is asked for, or read from standard input
  --yes       do not ask
  --help      show this text
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
      throw new Error(
        "npm run secret asks before it writes, and there is no terminal to answer at; add --yes",
      );
    const secret = await find(name, await synthesized());
    const password = options.password ? await readPassword() : undefined;
    return await rewrite(secret, { password, approve: async () => yes || (await approve()) });
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 1;
  }
}

function parse(argv: readonly string[]) {
  const flag = { type: "boolean", default: false } as const;
  const options = { password: flag, yes: flag, help: flag };
  const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
  const [name = "", ...more] = positionals;
  if (more.length > 0 || (name === "" && !values.help))
    throw new Error(
      `name one secret, got ${positionals.length === 0 ? "none" : positionals.join(" ")}\n\n${USAGE}`,
    );
  return { ...values, name };
}

interface Deployed {
  readonly arn: string;
  /** What the value should be, but for the password: JSON. */
  readonly value: string;
}

/** As it was deployed last: the next rotation looks at what is deployed, not at what a file says. */
async function find(name: string, output: string): Promise<Deployed> {
  const stack = synthesizedStacks(output).find((one) => one.name.endsWith("-native"));
  if (!stack)
    throw new Error("the environment must have the backend native, which has the secrets that rotate");
  const environment = await usersTerraformEnvironment();
  const screen = plainScreen();
  const { outputs } = await new StackTerraform(stack, {
    environment,
    screen,
    extra: { plan: [], apply: [] },
  }).state();
  if (!outputs.has("secret_values"))
    throw new Error(`${stack.name} must be deployed as it is now: npm run deploy`);
  const { secret_arns: arns, secret_values: values } = (await readOutputs(stack.folder, {
    environment,
  })) as Record<string, Record<string, string>>;
  const [arn, value] = [arns?.[name], values?.[name]];
  if (arn !== undefined && value !== undefined) return { arn, value };
  const known = Object.keys(values ?? {});
  const meant = nearest(name, known);
  throw new Error(
    `the secret must be one that is deployed in ${stack.name}, got "${name}"${meant ? `, did you mean ${meant}?` : "."} ` +
      `Deployed: ${known.join(", ")}`,
  );
}

interface RewriteOptions {
  /** @default - the value keeps its password while it is for the same user */
  readonly password?: string;
  readonly approve: () => Promise<boolean>;
}

/** Shows what will change, asks, and writes it. */
export async function rewrite(
  { arn, value }: Deployed,
  { password, approve }: RewriteOptions,
): Promise<number> {
  const [, , , region] = arn.split(":");
  const secret = await StoredSecret.read(new SecretsManagerClient({ region }), arn);
  const change = changeOf(secret, JSON.parse(value), password);
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

async function approve(): Promise<boolean> {
  return await approval("Write this?", new AbortController().signal);
}
