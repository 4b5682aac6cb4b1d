import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { GetObjectCommandOutput, S3Client } from "@aws-sdk/client-s3";
import { managedIn } from "./stack-terraform";
import type { Stack } from "./stacks";

/** The stacks that an environment may have or not, and how to have one again; the others are always there. */
const PUT_BACK: Readonly<Record<string, string>> = {
  native: 'Put "native" back into backends',
  "vault-server": 'Put vault.server of the kind "created" back',
  vault: 'Put "vault" back into backends',
  operations: "Put operations back",
};

interface S3Settings {
  readonly bucket: string;
  readonly key: string;
  readonly region: string;
}

/**
 * What to say about stacks that were taken out of the environment while they still had resources: no plan shows these
 * any more. Looked for beside `output`, or in S3 where the foundation keeps its state there. State that cannot be read
 * is said, too, and stops nothing.
 *
 * @param output CDKTF's output folder, beside which local state is
 */
export async function leftBehind(output: string, stacks: readonly Stack[]): Promise<readonly string[]> {
  const foundation = stacks.find(({ name }) => name.endsWith("-foundation"));
  if (foundation === undefined) return [];
  const environment = foundation.name.slice(0, -"-foundation".length);
  const gone = Object.keys(PUT_BACK).filter((part) =>
    stacks.every(({ name }) => name !== `${environment}-${part}`),
  );
  if (gone.length === 0) return [];
  const s3 = s3Settings(foundation);
  const stateOf = s3 ? await inS3(s3) : beside(output);
  const warnings: string[] = [];
  for (const part of gone) {
    const stack = `${environment}-${part}`;
    const { place, read } = stateOf(stack);
    try {
      const resources = managedIn(JSON.parse((await read()) ?? "{}"));
      if (resources === 0) continue;
      warnings.push(
        `${stack} is not in the environment any more, but its state ${place} still has ${resources} resources; no ` +
          `plan shows them. ${PUT_BACK[part]}, run npm run destroy -- ${stack} --ignore-dependencies, and ` +
          "take it out again",
      );
    } catch (error) {
      warnings.push(
        `whether ${stack} left resources behind cannot be seen: ${place} cannot be read (${(error as Error).name}). ` +
          'See "A stack that is taken out" in docs/operations.md',
      );
      break;
    }
  }
  return warnings;
}

type StateOf = (stack: string) => { readonly place: string; read(): Promise<string | undefined> };

function beside(output: string): StateOf {
  return (stack) => {
    const place = `terraform.${stack}.tfstate`;
    const file = join(dirname(output), place);
    return { place, read: async () => (existsSync(file) ? readFileSync(file, "utf8") : undefined) };
  };
}

/** As Terraform's backend has it, with the same credentials where they come from the environment. */
async function inS3({ bucket, key, region }: S3Settings): Promise<StateOf> {
  const { GetObjectCommand, NoSuchKey, S3Client } = await import("@aws-sdk/client-s3");
  const requestHandler = { connectionTimeout: 5_000, requestTimeout: 10_000 };
  const client: S3Client = new S3Client({ region, maxAttempts: 2, requestHandler });
  return (stack) => {
    const Key = `${dirname(key)}/${stack}.tfstate`;
    return {
      place: `s3://${bucket}/${Key}`,
      async read() {
        const answer: GetObjectCommandOutput | undefined = await client
          .send(new GetObjectCommand({ Bucket: bucket, Key }))
          .catch((error) => {
            if (error instanceof NoSuchKey) return undefined;
            throw error;
          });
        return await answer?.Body?.transformToString();
      },
    };
  };
}

function s3Settings({ folder }: Stack): S3Settings | undefined {
  const file = join(folder, "cdk.tf.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).terraform?.backend?.s3 : undefined;
}
