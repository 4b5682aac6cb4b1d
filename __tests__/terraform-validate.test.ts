import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandFailed } from "../scripts/support/processes";
import {
  detectProviderSource,
  type ProviderSource,
  pinnedAwsVersion,
  terraformEnvironment,
} from "../scripts/terraform/provider-source";
import { terraform } from "../scripts/terraform/terraform";
import { shippedEnvironments, synthesizeShipped } from "./support/shipped";
import type { Attributes } from "./support/template";

/** The first provider version that knows nodejs24.x. */
const NODE_24 = [6, 19];

interface Diagnostic {
  readonly summary: string;
  readonly detail: string;
  readonly range?: { readonly filename: string };
}

const source = detectProviderSource();

/**
 * One configuration with every stack of every environment as a module: Terraform validates modules like stacks, and
 * starts the provider once for all.
 */
const configuration = mkdtempSync(join(tmpdir(), "validate-"));
const stacks = shippedEnvironments.flatMap((name) => {
  const directory = join(synthesizeShipped(name).directory, "stacks");
  return readdirSync(directory).map((stack) => {
    cpSync(join(directory, stack), join(configuration, stack), { recursive: true });
    return stack;
  });
});
const BROKEN = "broken";

let diagnostics: readonly Diagnostic[];

beforeAll(async () => {
  process.stdout.write(`terraform validate: ${describeSource(source)}\n`);
  for (const stack of stacks) adaptStack(join(configuration, stack), source.awsVersion);
  write(join(configuration, BROKEN), {
    terraform: { required_providers: { aws: { source: "aws", version: source.awsVersion } } },
    resource: { aws_kms_key: { key: { enable_key_rotations: true } } },
  });
  const module = Object.fromEntries([...stacks, BROKEN].map((name) => [name, { source: `./${name}` }]));
  write(configuration, { module });
  diagnostics = await validate(await terraformEnvironment(source, configuration));
}, 300_000);

test.each(stacks)("%s is valid", (stack) => {
  expect(diagnosticsOf(stack)).toEqual([]);
});

test("an argument that does not exist is found", () => {
  expect(diagnosticsOf(BROKEN)).toMatchObject([{ summary: "Extraneous JSON object property" }]);
});

test("nothing else is wrong", () => {
  expect(new Set(diagnostics.map(({ range }) => range?.filename))).toEqual(
    new Set([`${BROKEN}/cdk.tf.json`]),
  );
});

function diagnosticsOf(stack: string): readonly Diagnostic[] {
  return diagnostics.filter(({ range }) => range?.filename.startsWith(`${stack}/`));
}

function describeSource({ kind, awsVersion }: ProviderSource): string {
  const other = awsVersion === pinnedAwsVersion() ? "" : `, not the pinned ${pinnedAwsVersion()}`;
  return `AWS provider ${awsVersion} from ${kind === "mirror" ? "a mirror" : "the registry"}${other}`;
}

async function validate(environment: Readonly<Record<string, string>>): Promise<readonly Diagnostic[]> {
  try {
    await terraform(configuration, ["init", "-backend=false", "-input=false", "-no-color"], { environment });
  } catch (error) {
    const said = error instanceof CommandFailed ? error.output : String(error);
    throw new Error(
      `Nothing was validated: \`terraform init\` got no AWS provider ${source.awsVersion} from the ${source.kind}. Install Terraform, give it a way to registry.terraform.io, or name a provider mirror in TF_PROVIDER_MIRROR.\n${said}`,
    );
  }
  // With something broken inside, the command fails; what it says is the same JSON either way.
  const output = await terraform(configuration, ["validate", "-json", "-no-color"], { environment }).then(
    ({ stdout }) => stdout,
    (error) => {
      if (error instanceof CommandFailed) return error.output;
      throw error;
    },
  );
  return JSON.parse(output.slice(output.indexOf("{"))).diagnostics;
}

/** Where another provider than the pinned one is at hand: asks for that, and for a runtime that it knows. */
function adaptStack(directory: string, awsVersion: string): void {
  const json = read(directory);
  json.terraform.required_providers.aws.version = awsVersion;
  // Only a root module has one.
  delete json.terraform.backend;
  const [major = 0, minor = 0] = awsVersion.split(".").map(Number);
  const [knownMajor = 0, knownMinor = 0] = NODE_24;
  if (major < knownMajor || (major === knownMajor && minor < knownMinor)) {
    for (const lambda of Object.values<Attributes>(json.resource.aws_lambda_function ?? {}))
      lambda.runtime = "nodejs22.x";
  }
  write(directory, json);
}

function read(directory: string): Attributes {
  return JSON.parse(readFileSync(join(directory, "cdk.tf.json"), "utf8"));
}

function write(directory: string, json: unknown): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "cdk.tf.json"), JSON.stringify(json));
}
