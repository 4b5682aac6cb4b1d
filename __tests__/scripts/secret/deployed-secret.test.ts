import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Driver } from "../../../scripts/deploy/driver";
import { synthesizedStacks } from "../../../scripts/deploy/stacks";
import { terraformOptions } from "../../../scripts/deploy/terraform-options";
import { findDeployed } from "../../../scripts/secret/deployed-secret";
import { writeStacks } from "../deploy/support/synthesized";

const ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:dev/orders-AbCdEf";
const outputs = {
  secret_arns: { value: { orders: ARN, billing: ARN } },
  secret_values: { value: { orders: '{"username":"orders"}', billing: "{}" } },
};

let directory: string;
let output: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "deployed-secret-"));
  output = writeStacks(directory, { "dev-foundation": {}, "dev-native": { more: { output: outputs } } });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("an environment without the native backend has no secrets that rotate", async () => {
  const vault = writeStacks(join(directory, "vault"), { "dev-foundation": {}, "dev-vault": {} });

  await expect(findDeployed("orders", vault)).rejects.toThrow('`backends` must have "native"');
});

test("a secret must be deployed, and named as it is", async () => {
  await expect(findDeployed("orders", output)).rejects.toThrow(
    "dev-native must be deployed, and is not as it is now",
  );

  const all = synthesizedStacks(output);
  const screen = { isTerraforms: false, coloured: false, begin: () => {}, line: () => {} };
  const environment = { CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" };
  await new Driver({ all, environment, screen, extra: terraformOptions([]) }).deploy(all);

  expect(await findDeployed("orders", output)).toEqual({ arn: ARN, value: '{"username":"orders"}' });
  await expect(findDeployed("order", output)).rejects.toThrow('got "order", did you mean orders? Deployed: ');
  await expect(findDeployed("reporting", output)).rejects.toThrow(
    'got "reporting". Deployed: billing, orders',
  );
});
