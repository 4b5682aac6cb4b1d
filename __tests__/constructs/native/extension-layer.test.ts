import { secretsExtensionLayerArn } from "../../../constructs/native/extension-layer";
import { regionsOfSdk } from "../../support/sdk-regions";

const NAME = "layer:AWS-Parameters-and-Secrets-Lambda-Extension";

test.each([
  ["ap-northeast-2", "x86_64", `738900069198:${NAME}:99`],
  ["ap-northeast-2", "arm64", `738900069198:${NAME}-Arm64:96`],
  ["us-east-1", "arm64", `177933569100:${NAME}-Arm64:99`],
] as const)("%s %s", (region, architecture, layer) => {
  expect(secretsExtensionLayerArn("aws", region, architecture)).toBe(`arn:aws:lambda:${region}:${layer}`);
});

test("is named in the partition of the region", () => {
  expect(secretsExtensionLayerArn("aws-cn", "cn-north-1", "x86_64")).toBe(
    `arn:aws-cn:lambda:cn-north-1:287114880934:${NAME}:100`,
  );
});

/** Regions of the SDK that AWS's document does not have. */
const WITHOUT = /^(eusc|us-iso|eu-iso)|^(me|sa)-west-1$/;

test("is there for both architectures in each region of the SDK that AWS's document has", () => {
  for (const architecture of ["x86_64", "arm64"] as const)
    expect(regionsOfSdk().filter((region) => !secretsExtensionLayerArn("aws", region, architecture))).toEqual(
      regionsOfSdk().filter((region) => WITHOUT.test(region)),
    );
});

test("has a publisher of 12 digits and a version in every region of the table, each its own publisher", () => {
  const publishers: unknown[] = [];
  for (const region of regionsOfSdk()) {
    for (const architecture of ["x86_64", "arm64"] as const) {
      const arn = secretsExtensionLayerArn("aws", region, architecture);
      const [, publisher] = /^arn:aws:lambda:[\w-]+:(\d{12}):layer:[\w-]+:[1-9]\d*$/.exec(arn ?? "") ?? [];
      if (arn !== undefined) expect({ arn, publisher }).toEqual({ arn, publisher: expect.any(String) });
      if (architecture === "arm64" && arn !== undefined) publishers.push(publisher);
    }
  }
  expect(publishers.length).toBeGreaterThan(30);
  expect(new Set(publishers).size).toBe(publishers.length);
});

test("is unknown in a region that is not in the table", () => {
  expect(secretsExtensionLayerArn("aws", "xx-nowhere-1", "x86_64")).toBeUndefined();
});
