import { secretsExtensionLayerArn } from "../../../constructs/native/extension-layer";

const NAME = "layer:AWS-Parameters-and-Secrets-Lambda-Extension";

test.each([
  ["ap-northeast-2", "x86_64", `738900069198:${NAME}:4`],
  ["ap-northeast-2", "arm64", `738900069198:${NAME}-Arm64:1`],
  ["us-east-1", "arm64", `177933569100:${NAME}-Arm64:4`],
] as const)("%s %s", (region, architecture, layer) => {
  expect(secretsExtensionLayerArn("aws", region, architecture)).toBe(`arn:aws:lambda:${region}:${layer}`);
});

test("is named in the partition of the region", () => {
  expect(secretsExtensionLayerArn("aws-cn", "cn-north-1", "x86_64")).toBe(
    `arn:aws-cn:lambda:cn-north-1:287114880934:${NAME}:4`,
  );
});

test("is unknown for arm64 where AWS has it for x86_64 alone", () => {
  expect(secretsExtensionLayerArn("aws", "ap-northeast-3", "x86_64")).toBeDefined();
  expect(secretsExtensionLayerArn("aws", "ap-northeast-3", "arm64")).toBeUndefined();
});

test("is unknown in a region that is not in the table", () => {
  expect(secretsExtensionLayerArn("aws", "xx-nowhere-1", "x86_64")).toBeUndefined();
});
