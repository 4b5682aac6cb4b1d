import type { Environment } from "../../../../constructs/environment";
import type { Caller } from "../../decide";
import type { NeededCalls } from "../needed-call";

const BACKEND = 'Terraform documentation, "Backend Type: s3"';
const KEYS = 'Amazon S3 User Guide, "Using server-side encryption with AWS KMS keys"';

type State = Extract<Environment["state"], { kind: "s3" }>;

function stateOf({ state }: Environment): State | undefined {
  return state.kind === "s3" ? state : undefined;
}

export function stateIsRead(calls: NeededCalls, environment: Environment, by: Caller): void {
  const state = stateOf(environment);
  if (!state) return;
  const bucket = `arn:aws:s3:::${state.bucket}`;
  const file = `${bucket}/${state.keyPrefix}/${environment.name}-native.tfstate`;
  calls.add(BACKEND, by, "s3:ListBucket", bucket);
  calls.add(BACKEND, by, "s3:GetObject", file);
  // With a bucket key, S3 names the bucket, otherwise the object.
  for (const encrypted of [bucket, file])
    calls.add(KEYS, by, "kms:Decrypt", keyOf(calls), { context: throughS3(calls, encrypted) });
}

/** With a lock file beside it, which is deleted afterwards. */
export function stateIsWritten(calls: NeededCalls, environment: Environment, by: Caller): void {
  const state = stateOf(environment);
  if (!state) return;
  const bucket = `arn:aws:s3:::${state.bucket}`;
  const file = `${bucket}/${state.keyPrefix}/${environment.name}-native.tfstate`;
  calls.add(BACKEND, by, "s3:PutObject", file);
  calls.add(BACKEND, by, ["s3:PutObject", "s3:GetObject", "s3:DeleteObject"], `${file}.tflock`);
  for (const encrypted of [bucket, file])
    calls.add(KEYS, by, "kms:GenerateDataKey", keyOf(calls), { context: throughS3(calls, encrypted) });
}

/** Of the account, and nothing else is known of it. */
function keyOf({ deployed }: NeededCalls): string {
  return deployed.arn("kms", "key/00000000-0000-4000-8000-00000000beef");
}

function throughS3({ deployed }: NeededCalls, encrypted: string): Record<string, string> {
  return {
    "kms:ViaService": `s3.${deployed.region}.amazonaws.com`,
    "kms:EncryptionContext:aws:s3:arn": encrypted,
  };
}
