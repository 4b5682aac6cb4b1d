import { failureOf, leaveExecutionEnvironment, readerIn } from "./support/execution-environment";
import { SecretsManagerExtension } from "./support/secrets-manager-extension";

let extension: SecretsManagerExtension;
beforeAll(async () => {
  extension = await SecretsManagerExtension.start();
});
afterEach(leaveExecutionEnvironment);
afterAll(() => extension.stop());

const read = async (text: string) => {
  extension.put("secrets-dev/orders", "AWSCURRENT", { value: text, version: "v1" });
  const { readSecret } = await readerIn(extension.environment);
  return readSecret("orders");
};

test.each(["9007199254740992", "-9007199254740993", "1e400"])(
  "of %s JavaScript would make another number: an error says so, without the number",
  async (number) => {
    const failure = await failureOf(read(`{"account":${number}}`));
    expect(failure.name).toBe("SecretMalformedError");
    expect(failure.message).toMatch(/it is not\. Store it as one flat object, numbers beyond 2\^53 as texts/);
    expect(failure.message).not.toContain("900719925474099");
  },
);

test.each([
  ["9007199254740991", 9007199254740991],
  ["-0.1", -0.1],
  ["5432", 5432],
])("%s is read as it is", async (text, number) => {
  expect((await read(`{"account":${text}}`)).fields).toEqual({ account: number });
});
