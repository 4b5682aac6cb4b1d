import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { App } from "cdktf";
import { type Environment, loadEnvironment } from "../../constructs/environment";
import { SecretsPlatform } from "../../constructs/platform";
import { environmentOf } from "../../scripts/support/shipped-environments";
import { changed } from "./environment-files";
import { type Attributes, Template } from "./template";

export const projectRoot = resolve(__dirname, "..", "..");

export const shippedEnvironments = readdirSync(join(projectRoot, "environments"))
  .filter((file) => file.endsWith(".json") && file !== "schema.json")
  .map((file) => file.replace(/\.json$/, ""));

export interface SynthesizedEnvironment {
  readonly environment: Environment;
  /** What CDKTF's CLI calls `cdktf.out`. */
  readonly directory: string;
  /** Of each stack by its whole name, the stacks that it comes right after, sorted. */
  readonly dependencies: Readonly<Record<string, readonly string[]>>;
  /** By the stack's part of its name: foundation, native, vault, functions. */
  readonly stacks: Readonly<Record<string, Template>>;
  /** One of the stacks. */
  stack(part: string): Template;
}

export function shippedEnvironment(name: string): Environment {
  return loadEnvironment(name, { root: projectRoot, variables: {} });
}

/** A shipped environment with other backends and whatever else is changed; with a Vault in the VPC if it names none. */
export function shippedWith(
  name: string,
  backends: Environment["backends"],
  changes: Readonly<Record<string, unknown>> = {},
): Environment {
  return environmentOf(name, (settings) =>
    changed({ vault: { server: vaultInVpc, kv: {} }, ...settings, backends }, changes),
  );
}

/** A Vault server that is in the functions' VPC. */
export const vaultInVpc = {
  kind: "adopted",
  address: "https://vault.example.internal:8200",
  location: { kind: "vpc", securityGroupId: "sg-0e5f67890a1b2c3d4" },
};

/** With one of them or the other, `prod` has everything that an alarm can be for. */
export function allWatched(): readonly Template[] {
  const { vault } = shippedSettings("vault-server");
  return [{}, { vault }].map((changes) =>
    synthesizeEnvironment(shippedWith("prod", ["vault", "native"], changes)).stack("operations"),
  );
}

type Titled = readonly (readonly [title: string, environment: Environment])[];

/** What is shipped, and what it would be with Vault. */
export const variants: Titled = [
  ...shippedEnvironments.map((name) => [name, shippedEnvironment(name)] as const),
  ...["dev", "prod", "adopt"].flatMap((name) =>
    ([["vault"], ["native", "vault"]] as const).map(
      (backends) => [`${name} with ${backends.join(" and ")}`, shippedWith(name, [...backends])] as const,
    ),
  ),
];

/**
 * Those, with a Vault server of its own in networks that are created and adopted, with a Vault that may be anywhere or
 * looks roles up, and with everything that has a policy.
 */
export const allVariants: Titled = [
  ...variants,
  ["dev with native and a Vault server", withVaultServer("dev", ["native", "vault"])],
  ["prod with a Vault server, else native", withVaultServer("prod", ["vault", "native"], { fallback: true })],
  [
    "dev with OpenBao",
    withVaultServer("dev", ["vault"], {
      "vault.server.software": "openbao",
      "vault.server.operators": ["arn:aws:iam::111122223333:role/operators"],
      "vault.server.binary.plugins": [{ name: "openbao-plugin-auth-aws", sha256: "0".repeat(64) }],
    }),
  ],
  [
    "adopt with native and a Vault server",
    withVaultServer("adopt", ["native", "vault"], { "vault.server.endpoints": { kind: "created" } }),
  ],
  [
    "adopt with a Vault server that uses its endpoints",
    withVaultServer("adopt", ["vault"], {
      "vault.server.endpoints": { kind: "adopted", securityGroupIds: ["sg-0f67890a1b2c3d4e5"] },
    }),
  ],
  [
    "vault with native and operations",
    shippedWith("vault", ["vault", "native"], {
      secrets: [{ name: "orders", user: "orders", strategy: "single-user" }],
      operations: {},
    }),
  ],
  [
    "dev with a Vault whose own role looks roles up",
    shippedWith("dev", ["vault"], {
      "vault.auth.awsCredentials": { kind: "instance-role", roleName: "vault-server" },
    }),
  ],
  [
    "dev with a Vault that looks roles up",
    shippedWith("dev", ["vault"], { "vault.auth.awsCredentials": { kind: "iam-user" } }),
  ],
  ["everything", environmentWithEverything()],
];

export function withVaultServer(
  name: string,
  backends: Environment["backends"],
  changes: object = {},
): Environment {
  return shippedWith(name, backends, { vault: shippedSettings("vault-server").vault, ...changes });
}

/** Synthesizes an environment as `npm run synth` does; `add` adds to the app what a user would. */
export function synthesizeEnvironment(
  environment: Environment,
  add: (platform: SecretsPlatform) => void = () => {},
): SynthesizedEnvironment {
  const directory = mkdtempSync(join(tmpdir(), `synth-${environment.name}-`));
  const app = new App({ outdir: directory, stackTraces: false });
  add(new SecretsPlatform(app, "Secrets", { environment }));
  app.synth();
  const stacks = Object.fromEntries(
    readdirSync(join(directory, "stacks")).map((stack) => [
      stack.replace(`${environment.name}-`, ""),
      Template.fromFile(join(directory, "stacks", stack, "cdk.tf.json")),
    ]),
  );
  const manifest = JSON.parse(readFileSync(join(directory, "manifest.json"), "utf8"));
  return {
    environment,
    directory,
    dependencies: Object.fromEntries(
      Object.entries<Attributes>(manifest.stacks).map(([stack, { dependencies }]) => [
        stack,
        dependencies.sort(),
      ]),
    ),
    stacks,
    stack(part) {
      const template = stacks[part];
      if (!template) throw new Error(`no stack ${part}, only ${Object.keys(stacks).join(", ")}`);
      return template;
    },
  };
}

/** Raw text of an environment file, to be changed by a test. */
export function shippedSettings(name: string) {
  return JSON.parse(readFileSync(join(projectRoot, "environments", `${name}.json`), "utf8"));
}

/** Two databases, both backends, a created Vault server, pipelines. */
export function environmentWithEverything(): Environment {
  return withVaultServer("prod", ["native", "vault"], {
    planners: ["arn:aws:iam::111122223333:role/ci/secrets-prod-planner"],
    deployers: ["arn:aws:iam::111122223333:role/ci/secrets-prod-deployer"],
    ci: { repository: "acme/payments", vaultTunnel: true },
  });
}
