import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { VAULT_PROVIDER_VERSION } from "../../../constructs/vault/provider-version";
import { mirrorCandidates, type ProviderName } from "../../../scripts/terraform/provider-mirrors";
import {
  detectProviderSource,
  hasVaultProvider,
  type ProviderSource,
  pinnedAwsVersion,
  terraformEnvironment,
  usersTerraformEnvironment,
} from "../../../scripts/terraform/provider-source";

const PLATFORM = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "home-"));
});

afterEach(() => {
  rmSync(home, { recursive: true });
});

interface Held {
  readonly name?: ProviderName;
  readonly packed?: boolean;
  readonly platform?: string;
}

function mirror(
  directory: string,
  version: string,
  { name = "aws", packed = false, platform = PLATFORM }: Held = {},
): string {
  const folder = join(directory, "registry.terraform.io", "hashicorp", name);
  mkdirSync(packed ? folder : join(folder, version, platform), { recursive: true });
  if (packed) writeFileSync(join(folder, `terraform-provider-${name}_${version}_${platform}.zip`), "");
  return directory;
}

test("the mirror that TF_PROVIDER_MIRROR names is taken, by either of its two folders", () => {
  const directory = mirror(join(home, "any"), "5.100.0");
  const expected = { kind: "mirror", directory, awsVersion: "5.100.0" };

  expect(detectProviderSource({ TF_PROVIDER_MIRROR: directory }, home)).toEqual(expected);
  expect(
    detectProviderSource({ TF_PROVIDER_MIRROR: join(directory, "registry.terraform.io") }, home),
  ).toEqual(expected);
});

test("TF_PROVIDER_MIRROR=none asks for the registry with the pinned version", () => {
  mirror(join(home, ".terraform.d", "plugins"), "5.100.0");

  expect(detectProviderSource({ TF_PROVIDER_MIRROR: "none" }, home)).toEqual({
    kind: "registry",
    awsVersion: pinnedAwsVersion(),
  });
});

test("a named mirror without the provider for this platform is an error", () => {
  const directory = mirror(join(home, "any"), "5.100.0", { platform: "plan9_arm" });

  expect(() => detectProviderSource({ TF_PROVIDER_MIRROR: directory }, home)).toThrow(
    /which has no registry\.terraform\.io.* for /,
  );
});

test("the user's Terraform configuration comes before other places", () => {
  mirror(join(home, ".terraform.d", "plugins"), "5.99.0");
  const directory = mirror(join(home, "configured"), "5.100.0");
  const file = join(home, "cli.tfrc");
  writeFileSync(file, `provider_installation {\n  filesystem_mirror {\n    path = "~/configured"\n  }\n}\n`);

  expect(detectProviderSource({ TF_CLI_CONFIG_FILE: file }, home)).toMatchObject({ directory });
});

test("Terraform's own plugin folder is found, packed or unpacked, and a missing configuration is no problem", () => {
  const directory = mirror(join(home, ".terraform.d", "plugins"), "5.100.0", { packed: true });

  expect(detectProviderSource({ TF_CLI_CONFIG_FILE: join(home, "missing") }, home)).toMatchObject({
    directory,
    awsVersion: "5.100.0",
  });
});

test("of several versions the pinned one is taken, else the newest", () => {
  const directory = mirror(join(home, "any"), "5.99.1");
  mirror(directory, "5.100.0");
  expect(detectProviderSource({ TF_PROVIDER_MIRROR: directory }, home)).toMatchObject({
    awsVersion: "5.100.0",
  });

  mirror(directory, pinnedAwsVersion());
  mirror(directory, "7.0.0");
  expect(detectProviderSource({ TF_PROVIDER_MIRROR: directory }, home)).toMatchObject({
    awsVersion: pinnedAwsVersion(),
  });
});

test("each provider comes from the first listed mirror that has it", () => {
  const aws = mirror(join(home, "aws"), "5.100.0");
  const vault = mirror(join(home, "vault"), "5.9.0", { name: "vault" });
  mirror(join(home, "both"), "5.100.0");
  const both = mirror(join(home, "both"), "5.8.0", { name: "vault" });

  const listed = { TF_PROVIDER_MIRROR: [aws, vault, both].join(delimiter) };

  expect(detectProviderSource(listed, home)).toEqual({
    kind: "mirror",
    directory: aws,
    awsVersion: "5.100.0",
    vault: { directory: vault, version: "5.9.0" },
  });
});

test("a provider that no listed mirror has comes from the registry", () => {
  const aws = mirror(join(home, "aws"), "5.100.0");
  const vault = mirror(join(home, "vault"), "5.9.0", { name: "vault" });

  expect(detectProviderSource({ TF_PROVIDER_MIRROR: aws }, home)).not.toHaveProperty("vault");
  expect(detectProviderSource({ TF_PROVIDER_MIRROR: vault }, home)).toEqual({
    kind: "registry",
    awsVersion: pinnedAwsVersion(),
    vault: { directory: vault, version: "5.9.0" },
  });
});

test("the Vault provider is preferred in the version that the stacks ask for", () => {
  const directory = mirror(join(home, "any"), VAULT_PROVIDER_VERSION, { name: "vault" });
  mirror(directory, "5.99.0", { name: "vault" });

  expect(detectProviderSource({ TF_PROVIDER_MIRROR: directory }, home).vault?.version).toBe(
    VAULT_PROVIDER_VERSION,
  );
});

test.each<[string, boolean, ProviderSource]>([
  ["the registry, which has every provider", true, { kind: "registry", awsVersion: "6.25.0" }],
  [
    "a mirror that has it",
    true,
    { kind: "registry", awsVersion: "6.25.0", vault: { directory: "/else/where", version: "5.9.0" } },
  ],
  [
    "another mirror than the AWS provider's",
    true,
    {
      kind: "mirror",
      directory: "/some/where",
      awsVersion: "5.100.0",
      vault: { directory: "/else/where", version: "5.9.0" },
    },
  ],
  [
    "a mirror of the AWS provider alone, on a machine without a way to the registry",
    false,
    { kind: "mirror", directory: "/some/where", awsVersion: "5.100.0" },
  ],
])("the Vault provider is to be had from %s: %s", (_, expected, source) => {
  expect(hasVaultProvider(source)).toBe(expected);
});

test("a listed folder that is no mirror is an error, even beside one that is", () => {
  const aws = mirror(join(home, "aws"), "5.100.0");
  const listed = { TF_PROVIDER_MIRROR: [aws, join(home, "nothing")].join(delimiter) };

  expect(() => detectProviderSource(listed, home)).toThrow(join(home, "nothing"));
});

test.each([
  ["two levels below the home folder", ["any", "where"], true],
  ["deeper, where a search would take long", ["any", "where", "else"], false],
  ["in a hidden folder", [".any"], false],
  ["among packages", ["node_modules"], false],
])("a mirror that nothing names, %s", (_, path, expected) => {
  const directory = mirror(join(home, ...path), "5.100.0");

  expect([...mirrorCandidates({}, home)].includes(directory)).toBe(expected);
});

test("a mirror reaches Terraform through a configuration file of its own", async () => {
  const source = { kind: "mirror", directory: "/some/where", awsVersion: "5.100.0" } as const;

  const environment = await terraformEnvironment(source, join(home, "work"));

  const configuration = readFileSync(String(environment.TF_CLI_CONFIG_FILE), "utf8");
  expect(configuration).toContain('path    = "/some/where"');
  expect(configuration).toContain("disable_checkpoint = true");
});

test("mirrors in two folders get a block each, and their providers are never asked of the registry", async () => {
  const vault = { directory: "/else/where", version: "5.9.0" };
  const source = { kind: "mirror", directory: "/some/where", awsVersion: "5.100.0", vault } as const;

  const environment = await terraformEnvironment(source, join(home, "work"));

  const configuration = readFileSync(String(environment.TF_CLI_CONFIG_FILE), "utf8").replace(/\s+/g, " ");
  const [aws, hashicorpVault] = ["aws", "vault"].map((name) => `"registry.terraform.io/hashicorp/${name}"`);
  expect(configuration).toContain(`{ path = "/some/where" include = [${aws}] }`);
  expect(configuration).toContain(`{ path = "/else/where" include = [${hashicorpVault}] }`);
  expect(configuration).toContain(`direct { exclude = [${aws},${hashicorpVault}] }`);
});

test("a mirror of the Vault provider only leaves the AWS provider to the registry and its cache", async () => {
  const vault = { directory: "/else/where", version: "5.9.0" };

  const environment = await terraformEnvironment({ kind: "registry", awsVersion: "6.25.0", vault }, home);

  expect(environment).toHaveProperty("TF_PLUGIN_CACHE_DIR");
  const configuration = readFileSync(String(environment.TF_CLI_CONFIG_FILE), "utf8");
  expect(configuration).not.toContain("hashicorp/aws");
});

test("the registry needs no configuration file", async () => {
  const environment = await terraformEnvironment({ kind: "registry", awsVersion: "6.25.0" }, home);

  expect(environment).not.toHaveProperty("TF_CLI_CONFIG_FILE");
  expect(environment).toMatchObject({ CHECKPOINT_DISABLE: "1" });
});

test("a deployment takes providers from where the user's own settings say, and from the project's cache if they say nothing", async () => {
  const cached = await usersTerraformEnvironment({});

  expect(cached).not.toHaveProperty("TF_CLI_CONFIG_FILE");
  expect(cached.TF_PLUGIN_CACHE_DIR).toMatch(/\.cache\/plugins$/);
  expect(await usersTerraformEnvironment({ TF_PLUGIN_CACHE_DIR: "/own", GOGC: "50" })).toMatchObject({
    TF_PLUGIN_CACHE_DIR: "/own",
    GOGC: "50",
  });
  expect(await usersTerraformEnvironment({ CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1" })).not.toHaveProperty(
    "TF_PLUGIN_CACHE_DIR",
  );
});
