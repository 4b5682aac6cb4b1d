import { PrivateBucket } from "../../../constructs/storage/private-bucket";
import { synthesize } from "../../support/template";

const bucket = (deletionProtection: boolean) =>
  synthesize(
    (scope) =>
      new PrivateBucket(scope, "Bucket", {
        name: "app-vault",
        encryptionKeyArn: "arn:key",
        retentionDays: { snapshots: 30 },
        deletionProtection,
      }),
  ).template;

const template = bucket(true);

test("is closed to the public, and no access control list opens it", () => {
  expect(template.resource("aws_s3_bucket_public_access_block")).toMatchObject({
    block_public_acls: true,
    block_public_policy: true,
    ignore_public_acls: true,
    restrict_public_buckets: true,
  });
  expect(template.resource("aws_s3_bucket_ownership_controls").rule).toEqual({
    object_ownership: "BucketOwnerEnforced",
  });
});

test("encrypts with its key, and keeps versions", () => {
  expect(template.resource("aws_s3_bucket_server_side_encryption_configuration").rule).toEqual([
    {
      bucket_key_enabled: true,
      apply_server_side_encryption_by_default: { kms_master_key_id: "arn:key", sse_algorithm: "aws:kms" },
    },
  ]);
  expect(template.resource("aws_s3_bucket_versioning").versioning_configuration.status).toBe("Enabled");
});

test("denies whoever speaks to it without TLS", () => {
  const arn = template.reference("arn", "aws_s3_bucket", "Bucket_");
  expect(template.statements(template.resource("aws_s3_bucket_policy").policy)).toEqual([
    {
      sid: "TlsOnly",
      effect: "Deny",
      principals: [{ type: "*", identifiers: ["*"] }],
      actions: ["s3:*"],
      resources: [arn, `${arn}/*`],
      condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
    },
  ]);
});

test("deletes what is old, its older versions after as long again, and uploads that never ended", () => {
  const { rule } = template.resource("aws_s3_bucket_lifecycle_configuration");
  expect(rule).toMatchObject([
    { abort_incomplete_multipart_upload: [{ days_after_initiation: 1 }] },
    {
      filter: [{ prefix: "snapshots/" }],
      expiration: [{ days: 30 }],
      noncurrent_version_expiration: [{ noncurrent_days: 30 }],
    },
  ]);
});

test.each([
  [true, { lifecycle: { prevent_destroy: true }, force_destroy: false }],
  [false, { force_destroy: true }],
])("with deletion protection %s, is destroyed with all that is in it only if that is off", (on, expected) => {
  const { lifecycle, force_destroy } = bucket(on).resource("aws_s3_bucket");
  expect({ force_destroy, ...(lifecycle && { lifecycle }) }).toEqual(expected);
});
