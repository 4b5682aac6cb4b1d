import * as z from "zod";
import { keyName, region } from "../values/aws";
import { message, settings, text } from "../values/format";

const BUCKET = 'write for example "acme-terraform-state"';

/** Amazon S3 User Guide, "General purpose bucket naming rules". */
const bucket = text(
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  "must be an S3 bucket name: 3 to 63 lower-case letters, digits, dots and hyphens, no dot or hyphen at either end",
  BUCKET,
)
  .refine((name) => !name.includes(".."), message("must not have two dots in a row", BUCKET))
  .refine((name) => !/^\d+(\.\d+){3}$/.test(name), message("must not look like an IP address", BUCKET))
  .refine(
    (name) => !/^(xn--|sthree-|amzn-s3-demo-)/.test(name),
    message("S3 keeps names that begin with xn--, sthree- or amzn-s3-demo- for itself", BUCKET),
  )
  .refine(
    (name) => !/(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name),
    message("S3 keeps names that end with -s3alias, --ol-s3, .mrap, --x-s3 or --table-s3 for itself", BUCKET),
  );

/** Where Terraform keeps its state. */
export const state = z.discriminatedUnion("kind", [
  settings({ kind: z.literal("local") }).meta({ description: "State files beside cdktf.json." }),
  settings({
    kind: z.literal("s3"),
    bucket: bucket.meta({ description: "A general purpose bucket, by S3's naming rules." }),
    region: region.optional().meta({ description: "Left out: the environment's region." }),
    keyPrefix: text(
      /^[\w!.*'()-]+(\/[\w!.*'()-]+)*$/,
      "must be the start of an S3 key, without a slash at either end",
      'write for example "lambda-secrets"',
    ).default("lambda-secrets"),
    kmsKeyId: keyName.meta({ description: "Key that encrypts the state, of the bucket's region." }),
  }).meta({ description: "S3 with lock files (Terraform 1.11 use_lockfile) and KMS encryption." }),
]);
