import {
  VAULT_EXTENSION_RELEASES,
  vaultExtensionLayerArn,
} from "../../../../constructs/vault/extension/extension-layer";
import { regionsOfSdk } from "../../../support/sdk-regions";

test.each([
  ["0.15.1", 27, 15],
  ["0.14.0", 25, 13],
  ["0.13.2", 24, 12],
  ["0.13.1", 23, 11],
  ["0.12.0", 21, 9],
  ["0.10.3", 19, 7],
] as const)("release %s is version %i for x86_64 and %i for arm64", (release, x86, arm) => {
  const layer = "arn:aws:lambda:ap-northeast-2:634166935893:layer:vault-lambda-extension";
  expect(vaultExtensionLayerArn("ap-northeast-2", "x86_64", release)).toBe(`${layer}:${x86}`);
  expect(vaultExtensionLayerArn("ap-northeast-2", "arm64", release)).toBe(`${layer}-arm64:${arm}`);
});

test("there is no other release", () => {
  expect(VAULT_EXTENSION_RELEASES).toEqual(["0.15.1", "0.14.0", "0.13.2", "0.13.1", "0.12.0", "0.10.3"]);
});

test("the layer is in the function's region, and the newest if no release is named", () => {
  expect(vaultExtensionLayerArn("eu-west-3", "arm64")).toBe(
    "arn:aws:lambda:eu-west-3:634166935893:layer:vault-lambda-extension-arm64:15",
  );
});

/** Regions of the SDK that HashiCorp's README does not have. */
const WITHOUT = [
  /^(cn|us-gov|eusc|us-iso|eu-iso)/,
  /^(ca|sa|me)-west-1$/,
  /^(il|me|mx)-central-1$/,
  /^eu-(central|south)-2$/,
  /^ap-(east-2|south-2|southeast-[3-9])$/,
];

test("there is none that could be named without asking in the other regions, and one in each of HashiCorp's", () => {
  const missing = regionsOfSdk().filter((region) => !vaultExtensionLayerArn(region, "arm64", "0.14.0"));
  expect(missing).toEqual(regionsOfSdk().filter((region) => WITHOUT.some((those) => those.test(region))));
});
