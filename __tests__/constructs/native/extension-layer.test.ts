import { secretsExtensionLayerArn } from "../../../constructs/native/extension-layer";

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

test.each(["ap-northeast-3", "cn-north-1", "me-central-1", "us-gov-west-1", "ap-southeast-7"])(
  "is there for both architectures in %s",
  (region) => {
    for (const architecture of ["x86_64", "arm64"] as const)
      expect(secretsExtensionLayerArn("aws", region, architecture)).toBeDefined();
  },
);

test("is unknown in a region that is not in the table", () => {
  expect(secretsExtensionLayerArn("aws", "xx-nowhere-1", "x86_64")).toBeUndefined();
});
