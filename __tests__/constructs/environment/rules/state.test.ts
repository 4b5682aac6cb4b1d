import { shippedSettings } from "../../../support/shipped";
import { refuses } from "../support/refuses";
import { oneOf } from "../support/usual-rules";

const dev = shippedSettings("dev");

describe("state: refuses", () => {
  refuses(dev, [
    {
      change: { state: { kind: "gcs" } },
      path: "state.kind",
      got: '"gcs"',
      ...oneOf("local", "s3"),
    },
    {
      change: { state: { kind: "s3", bucket: "Bucket!", kmsKeyId: "alias/state" } },
      path: "state.bucket",
      rule: "must be an S3 bucket name",
      got: '"Bucket!"',
      fix: 'write for example "acme-terraform-state"',
    },
    {
      change: { state: { kind: "s3", bucket: "state" } },
      path: "state.kmsKeyId",
      rule: "is required and must be a string",
      got: "nothing",
      fix: "add it",
    },
  ]);
});
