import { changed, load } from "../../support/environment-files";
import { shippedSettings, synthesizeEnvironment } from "../../support/shipped";

const dev = shippedSettings("dev");

/** Settings of `dev` with an emulator, beside which a Vault would have to be on this machine too. */
function emulated(endpoint: string) {
  return changed(dev, { emulator: { endpoint }, vault: undefined });
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
    for (const setting of ["access_key", "secret_key", "endpoints", "skip_credentials_validation"])
      expect(provider).not.toHaveProperty(setting);
  });
});

describe("with an emulator, every stack", () => {
  const endpoint = "http://127.0.0.1:4566";
  const { stacks } = synthesizeEnvironment(load(emulated(endpoint)));

  test.each(Object.keys(stacks))("sends every service's calls there: %s", (part) => {
    const { endpoints, ...provider } = stacks[part]?.provider("aws") ?? {};
    expect(provider).toMatchObject({
      access_key: "test",
      secret_key: "test",
      skip_credentials_validation: true,
    });
    const [services] = endpoints;
    expect(new Set(Object.values(services))).toEqual(new Set([endpoint]));
  });

  test.each(Object.keys(stacks))("names the endpoint of every service it uses: %s", (part) => {
    const used: Record<string, RegExp> = {
      ec2: /^aws_(vpc|subnet|security_group|default_security_group|route_table|flow_log)/,
      iam: /^aws_iam_/,
      kms: /^aws_kms_/,
      lambda: /^aws_lambda_/,
      logs: /^aws_cloudwatch_log_/,
      rds: /^aws_(rds|db)_/,
      secretsmanager: /^aws_secretsmanager_/,
    };
    const services = Object.keys(stacks[part]?.provider("aws").endpoints[0]);
    for (const address of stacks[part]?.addresses ?? []) {
      const service = Object.keys(used).find((name) => used[name]?.test(address));
      expect([address, service]).toEqual([address, expect.any(String)]);
      expect(services).toContain(service);
    }
    expect(services).toContain("sts");
  });
});

test("the provider's version is the pinned one, or another for an emulator", () => {
  const version = (settings: Record<string, unknown>) =>
    synthesizeEnvironment(load(settings)).stack("native").terraform.required_providers.aws.version;
  expect(version(dev)).toBe("6.25.0");
  expect(version({ ...emulated("http://127.0.0.1:5000"), providerVersion: "5.100.0" })).toBe("5.100.0");
});
