import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VAULT_PROVIDER_VERSION } from "../constructs/vault/provider-version";
import { CommandFailed } from "../scripts/support/processes";
import {
  detectProviderSource,
  hasVaultProvider,
  type ProviderSource,
  pinnedAwsVersion,
  terraformEnvironment,
} from "../scripts/terraform/provider-source";
import { terraform } from "../scripts/terraform/terraform";
import { shippedWith, synthesizeEnvironment, variants } from "./support/shipped";
import type { Attributes } from "./support/template";

/** The first provider version that knows nodejs24.x. */
const NODE_24 = [6, 19];

interface Diagnostic {
  readonly summary: string;
  readonly detail: string;
  readonly range?: { readonly filename: string };
}

const source = detectProviderSource();

/** What gives arguments that the shipped environments have no use for. */
const settled = {
  "a file": shippedWith("adopt", ["vault"], {
    "vault.extension": { delivery: "file" },
    "vault.server.location": { kind: "elsewhere", cidrs: ["10.90.0.0/24"] },
    "vault.auth": { boundCidrs: [] },
    "vault.kv": { mount: "kv/data/test" },
    "vault.testSecret": "orders",
  }),
  "an access key": shippedWith("dev", ["vault"], {
    "vault.auth": { awsCredentials: { kind: "iam-user" }, tokenType: "service" },
    "vault.audit": { filePath: "/var/log/vault/audit.log" },
    "vault.loginsPerSecond": 5,
    "vault.testSecret": "orders",
  }),
  "an access key in the state": shippedWith("dev", ["vault"], {
    "vault.auth": { awsCredentials: { kind: "iam-user" } },
    "vault.providerVersion": "5.6.0",
  }),
  "a server's role": shippedWith("adopt", ["vault", "native"], {
    fallback: true,
    native: { delivery: "extension" },
    "vault.auth": { awsCredentials: { kind: "instance-role", roleName: "vault-server" } },
    "vault.server.namespace": "team-a",
    "vault.kv": { prefix: "team" },
    "vault.extension": { cacheSeconds: 60 },
  }),
  "a server of its own in an adopted network": shippedWith("adopt", ["vault"], {
    "vault.server": {
      kind: "created",
      binary: { kind: "ami", imageId: "ami-0a1b2c3d4e5f67890" },
      endpoints: { kind: "adopted", securityGroupIds: ["sg-0e5f67890a1b2c3d4"] },
    },
  }),
  "no functions yet": shippedWith("dev", ["vault"], { functions: [] }),
};

/**
 * One configuration with every stack of every environment as a module: Terraform validates modules like stacks, and
 * starts each provider once for all.
 */
const configuration = mkdtempSync(join(tmpdir(), "validate-"));
const BROKEN = "broken";

const hasVault = hasVaultProvider(source);
const synthesized = [...variants, ...Object.entries(settled)].flatMap(([title, environment]) => {
  const directory = join(synthesizeEnvironment(environment).directory, "stacks");
  return readdirSync(directory).map((stack) => {
    const module = `${title.replace(/\W+/g, "-")}-${stack}`;
    cpSync(join(directory, stack), join(configuration, module), { recursive: true });
    return { module, needsVault: "vault" in read(join(configuration, module)).terraform.required_providers };
  });
});
const stacks = synthesized.filter(({ needsVault }) => hasVault || !needsVault).map(({ module }) => module);

let diagnostics: readonly Diagnostic[];

beforeAll(async () => {
  process.stdout.write(`terraform validate: ${describeSource(source)}\n`);
  const module = Object.fromEntries(
    stacks.map((name) => [
      name,
      { source: `./${name}`, ...adaptStack(join(configuration, name), source.awsVersion) },
    ]),
  );
  write(join(configuration, BROKEN), {
    terraform: { required_providers: { aws: { source: "aws", version: source.awsVersion } } },
    resource: { aws_kms_key: { key: { enable_key_rotations: true } } },
  });
  write(configuration, { module: { ...module, [BROKEN]: { source: `./${BROKEN}` } } });
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

function describeSource({ kind, awsVersion, vault }: ProviderSource): string {
  const left = synthesized.length - stacks.length;
  const vaultProvider = hasVault
    ? `Vault provider ${vault?.version ?? VAULT_PROVIDER_VERSION}`
    : `no Vault provider, so ${left} stacks are left out; name a mirror that has hashicorp/vault in TF_PROVIDER_MIRROR`;
  const other = awsVersion === pinnedAwsVersion() ? "" : `, not the pinned ${pinnedAwsVersion()}`;
  return `AWS provider ${awsVersion} from ${kind === "mirror" ? "a mirror" : "the registry"}${other}; ${vaultProvider}`;
}

async function validate(environment: Readonly<Record<string, string>>): Promise<readonly Diagnostic[]> {
  try {
    await terraform(configuration, ["init", "-backend=false", "-input=false", "-no-color"], { environment });
  } catch (error) {
    const said = error instanceof CommandFailed ? error.output : String(error);
    const missing = `no AWS provider ${source.awsVersion} from the ${source.kind}${hasVault ? ", or no Vault provider" : ""}`;
    throw new Error(
      `Nothing was validated: \`terraform init\` got ${missing}. Install Terraform, give it a way to ` +
        `registry.terraform.io, or name a provider mirror in TF_PROVIDER_MIRROR.\n${said}`,
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

/**
 * Where another provider than the pinned one is at hand: asks for that, and for a runtime that it knows. Answers values
 * for the stack's variables, which a module has to be given.
 */
function adaptStack(directory: string, awsVersion: string): Record<string, string> {
  const json = read(directory);
  const { required_providers } = json.terraform;
  required_providers.aws.version = awsVersion;
  if (required_providers.vault)
    required_providers.vault.version = source.vault?.version ?? VAULT_PROVIDER_VERSION;
  // Only a root module has one.
  delete json.terraform.backend;
  const [major = 0, minor = 0] = awsVersion.split(".").map(Number);
  const [knownMajor = 0, knownMinor = 0] = NODE_24;
  if (major < knownMajor || (major === knownMajor && minor < knownMinor)) {
    for (const lambda of Object.values<Attributes>(json.resource?.aws_lambda_function ?? {}))
      lambda.runtime = "nodejs22.x";
  }
  write(directory, json);
  return Object.fromEntries(Object.keys(json.variable ?? {}).map((name) => [name, "{}"]));
}

function read(directory: string): Attributes {
  return JSON.parse(readFileSync(join(directory, "cdk.tf.json"), "utf8"));
}

function write(directory: string, json: unknown): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "cdk.tf.json"), JSON.stringify(json));
}
