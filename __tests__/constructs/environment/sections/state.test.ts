import { changed, load } from "../../../support/environment-files";
import { refuses } from "../support/refuses";
import { shippedSettings } from "../support/shipped-settings";
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
    ...(
      [
        [
          "must be an S3 bucket name: 3 to 63 lower-case letters, digits, dots and hyphens, no dot or hyphen at either end",
          ["Bucket!", "ab", "a".repeat(64), "-state", "state.", "my_state"],
        ],
        ["must not have two dots in a row", ["my..state"]],
        ["must not look like an IP address", ["192.168.5.4"]],
        [
          "S3 keeps names that begin with xn--, sthree- or amzn-s3-demo- for itself",
          ["xn--state", "sthree-state", "amzn-s3-demo-state"],
        ],
        [
          "S3 keeps names that end with -s3alias, --ol-s3, .mrap, --x-s3 or --table-s3 for itself",
          ["a-s3alias", "a--ol-s3", "a.mrap", "a--apne2-az1--x-s3", "a--table-s3"],
        ],
      ] as const
    ).flatMap(([rule, names]) =>
      names.map((bucket) => ({
        change: { state: { kind: "s3", bucket, kmsKeyId: "alias/state" } },
        path: "state.bucket",
        rule,
        got: JSON.stringify(bucket),
        fix: 'write for example "acme-terraform-state"',
      })),
    ),
    {
      change: { state: { kind: "s3", bucket: "state" } },
      path: "state.kmsKeyId",
      rule: "is required and must be the id, alias or ARN of a KMS key",
      got: "nothing",
      fix: 'add it: write for example "alias/terraform-state"',
    },
  ]);
});

test.each(["abc", "a".repeat(63), "my.state", "192.168.5", "state-xn--1", "sthree", "x-s3", "1state2"])(
  "a bucket may be called %s",
  (bucket) => {
    const state = { kind: "s3", bucket, kmsKeyId: "alias/state" };
    expect(load(changed(dev, { state })).state).toMatchObject({ bucket });
  },
);
