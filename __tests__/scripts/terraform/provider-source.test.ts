import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  detectProviderSource,
  pinnedAwsVersion,
  terraformEnvironment,
} from "../../../scripts/terraform/provider-source";

const PLATFORM = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "home-"));
});

afterEach(() => {
  rmSync(home, { recursive: true });
});

function mirror(directory: string, version: string, { packed = false, platform = PLATFORM } = {}): string {
  const folder = join(directory, "registry.terraform.io", "hashicorp", "aws");
  mkdirSync(packed ? folder : join(folder, version, platform), { recursive: true });
  if (packed) writeFileSync(join(folder, `terraform-provider-aws_${version}_${platform}.zip`), "");
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

test("detection is quick", () => {
  const started = performance.now();
  detectProviderSource({}, home);

  expect(performance.now() - started).toBeLessThan(300);
});

test("a mirror reaches Terraform through a configuration file of its own", async () => {
  const source = { kind: "mirror", directory: "/some/where", awsVersion: "5.100.0" } as const;

  const environment = await terraformEnvironment(source, join(home, "work"));

  const configuration = readFileSync(String(environment.TF_CLI_CONFIG_FILE), "utf8");
  expect(configuration).toContain('path    = "/some/where"');
  expect(configuration).toContain("disable_checkpoint = true");
});

test("the registry needs no configuration file", async () => {
  const environment = await terraformEnvironment({ kind: "registry", awsVersion: "6.25.0" }, home);

  expect(environment).not.toHaveProperty("TF_CLI_CONFIG_FILE");
  expect(environment).toMatchObject({ CHECKPOINT_DISABLE: "1" });
});
