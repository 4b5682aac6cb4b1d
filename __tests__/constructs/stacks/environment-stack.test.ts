import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import type { Construct } from "constructs";
import { PrivateFunction } from "../../../constructs/functions/private-function";
import type { SecretsPlatform } from "../../../constructs/platform";
import { EnvironmentStack } from "../../../constructs/stacks/environment-stack";
import { changed, load } from "../../support/environment-files";
import { shippedSettings, synthesizeEnvironment } from "../../support/shipped";

const dev = shippedSettings("dev");

/** Settings of `dev` with an emulator. */
function emulated(endpoint: string) {
  return changed(dev, { emulator: { endpoint } });
}

describe("every stack", () => {
  const { stacks } = synthesizeEnvironment(load(changed(dev, { tags: { Team: "orders" } })));

  test.each(Object.keys(stacks))("touches the environment's account and region only: %s", (part) => {
    expect(stacks[part]?.provider("aws")).toMatchObject({
      region: "ap-northeast-2",
      allowed_account_ids: ["111122223333"],
    });
  });

  test.each(Object.keys(stacks))("tags everything: %s", (part) => {
    expect(stacks[part]?.provider("aws").default_tags).toEqual([
      { tags: { Team: "orders", ManagedBy: "terraform", Stack: `dev-${part}` } },
    ]);
  });

  test.each(Object.keys(stacks))("uses the credentials of the machine, at AWS: %s", (part) => {
    const provider = stacks[part]?.provider("aws");
    for (const setting of [
      "access_key",
      "secret_key",
      "profile",
      "shared_config_files",
      "skip_credentials_validation",
    ])
      expect(provider).not.toHaveProperty(setting);
  });
});

describe("with an emulator, every stack", () => {
  const endpoint = "http://127.0.0.1:4566";
  const { directory, stacks } = synthesizeEnvironment(load(emulated(endpoint)));

  test.each(Object.keys(stacks))("has credentials that are good for nothing else: %s", (part) => {
    expect(stacks[part]?.provider("aws")).toMatchObject({
      access_key: "test",
      secret_key: "test",
      skip_credentials_validation: true,
    });
  });

  test.each(Object.keys(stacks))("sends every service's calls there, by a profile of its own: %s", (part) => {
    const provider = stacks[part]?.provider("aws") ?? {};
    const { profile, shared_config_files: files, shared_credentials_files: credentials } = provider;
    expect(provider).not.toHaveProperty("endpoints");
    expect([files.length, credentials]).toEqual([1, files]);
    const file = readFileSync(join(directory, "stacks", `dev-${part}`, files[0]), "utf8");
    expect(file).toBe(`[profile ${profile}]\nendpoint_url = ${endpoint}\n`);
  });
});

test("the provider's version is the pinned one, or another for an emulator", () => {
  const version = (settings: Record<string, unknown>) =>
    synthesizeEnvironment(load(settings)).stack("native").terraform.required_providers.aws.version;
  expect(version(dev)).toBe("6.25.0");
  expect(version({ ...emulated("http://127.0.0.1:5000"), providerVersion: "5.100.0" })).toBe("5.100.0");
});

describe("a stack of a user's own", () => {
  class Billing extends EnvironmentStack {
    constructor(scope: Construct, id: string, { platform }: { readonly platform: SecretsPlatform }) {
      super(scope, id, { platform });
      const host = platform.functions;
      const code = "lambda/samples/orders";
      const billing = new PrivateFunction(this, "Function", { host, code, name: "billing" });
      platform.secret("orders").grantRead(billing);
    }
  }
  const { dependencies, stack } = synthesizeEnvironment(load(dev), (platform) => {
    new Billing(App.of(platform) as App, "dev-billing", { platform });
  });
  const template = stack("billing");

  test("has the account, region and tags of the environment", () => {
    expect(template.provider("aws")).toMatchObject({
      region: "ap-northeast-2",
      allowed_account_ids: ["111122223333"],
      default_tags: [{ tags: { ManagedBy: "terraform", Stack: "dev-billing" } }],
    });
  });

  test("keeps its state where the environment keeps it", () => {
    expect(template.terraform.backend).toEqual({ local: { path: "../../../terraform.dev-billing.tfstate" } });
  });

  test("has a function that may read the secret, in the network of the environment", () => {
    const { policy } = template.resource("aws_iam_role_policy", { name: "readsecrets" });
    expect(template.statements(policy)[1]).toMatchObject({ actions: ["secretsmanager:GetSecretValue"] });
    expect(template.resource("aws_lambda_function")).toMatchObject({
      function_name: "secrets-dev-billing",
      environment: { variables: { SECRET_SOURCES: "secrets-manager", SECRET_PREFIX: "secrets-dev/" } },
    });
  });

  test("is refused below a construct, where the CDKTF CLI would not find what it depends on", () => {
    const nest = (platform: SecretsPlatform) => void new Billing(platform, "dev-billing", { platform });
    expect(() => synthesizeEnvironment(load(dev), nest)).toThrow(
      'Secrets/dev-billing: `scope` of a stack must be the app, got "Secrets"',
    );
  });

  test("comes after the stacks whose outputs it reads", () => {
    expect(dependencies["dev-billing"]).toEqual(["dev-foundation", "dev-native"]);
  });
});
