import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { App } from "cdktf";
import { loadEnvironment } from "../../../constructs/environment";
import { EnvironmentStack } from "../../../constructs/stacks/environment-stack";
import { type AwsEmulator, startAwsEmulator } from "../../../testbed/aws/aws-emulator";
import { clientSettings } from "../../support/client-settings";
import { type WrittenStack, writeStacks } from "./support/synthesized";
import { atTerminal } from "./support/terminal";

const ROOT = join(__dirname, "..", "..", "..");
const BUCKET = "acme-state";

let directory: string;
let emulator: AwsEmulator;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "s3-state-"));
  emulator = await startAwsEmulator({ directory });
  const made = await fetch(`${emulator.motoEndpoint}/${BUCKET}`, {
    method: "PUT",
    body: "<CreateBucketConfiguration><LocationConstraint>ap-northeast-2</LocationConstraint></CreateBucketConfiguration>",
  });
  if (!made.ok) throw new Error(`no bucket: ${await made.text()}`);
});

afterAll(async () => {
  await emulator?.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** What a stack has for its backend, in an environment that keeps its state in S3. */
function backendOf(stack: string): { readonly s3: Readonly<Record<string, unknown>> } {
  const state = { kind: "s3", bucket: BUCKET, keyPrefix: "team", kmsKeyId: "alias/state" } as const;
  const environment = { ...loadEnvironment("dev", { root: ROOT, variables: {} }), state };
  const made = new EnvironmentStack(new App(), `dev-${stack}`, { platform: { environment } });
  return made.toTerraform().terraform.backend;
}

const inS3 = (stack: string) => ({ more: { terraform: { backend: backendOf(stack) } } });

function deploying(
  stacks: Readonly<Record<string, WrittenStack>>,
  words: readonly string[] = ["deploy", "--auto-approve"],
) {
  return atTerminal(writeStacks(directory, stacks), words, onEmulator());
}

const onEmulator = () => ({
  AWS_ENDPOINT_URL: emulator.endpoint,
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
});

async function keys(): Promise<string[]> {
  const listed = await (await fetch(`${emulator.motoEndpoint}/${BUCKET}?list-type=2`)).text();
  return [...listed.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => String(key));
}

test("stacks keep their state in S3, and read one another's there", async () => {
  const { s3: config } = backendOf("foundation");
  const terminal = deploying({
    foundation: inS3("foundation"),
    native: {
      needs: ["foundation"],
      more: {
        terraform: { backend: backendOf("native") },
        data: { terraform_remote_state: { foundation: { backend: "s3", config } } },
        resource: {
          terraform_data: { only: { input: `\${data.terraform_remote_state.foundation.outputs.value}` } },
        },
      },
    },
  });

  expect(await terminal.exitCode).toBe(0);
  expect(await keys()).toEqual(["team/dev-foundation.tfstate", "team/dev-native.tfstate"]);
  expect(terminal.shown()).toMatch(/native +\| value = "foundation"/);
});

test("a stack that was taken out with resources in S3 is said, and one without is not", async () => {
  const destroyed = { version: 4, resources: [] };
  const left = { version: 4, resources: [{ mode: "managed", instances: [{}] }] };
  const s3 = new S3Client({ ...clientSettings(emulator), forcePathStyle: true });
  for (const [stack, state] of Object.entries({ native: destroyed, "vault-server": left })) {
    const object = { Bucket: BUCKET, Key: `team/dev-${stack}.tfstate` };
    await s3.send(new PutObjectCommand({ ...object, Body: JSON.stringify(state) }));
  }
  const folder = mkdtempSync(join(directory, "left-"));
  const foundation = { "dev-foundation": inS3("foundation") };

  const terminal = atTerminal(writeStacks(folder, foundation), ["diff"], onEmulator());
  expect(await terminal.exitCode).toBe(0);
  const shown = terminal.shown().replace(/\r\n/g, "\n");
  expect(shown.match(/^Warning: .*/gm)).toEqual([
    expect.stringContaining(
      `dev-vault-server is not in the environment any more, but its state s3://${BUCKET}/team/dev-vault-server.tfstate`,
    ),
  ]);
});

test("Ctrl-C while Terraform applies leaves no lock in S3", async () => {
  const terminal = deploying({ held: { ...inS3("held"), onCreate: "echo begun; exec sleep 7654" } }, [
    "deploy",
  ]);
  // It runs a program.
  await terminal.until(/although its review blocks it\? Only "held" is accepted: /);
  terminal.type("held\r");
  await terminal.until(/local-exec\): begun/);
  expect(await keys()).toContain("team/dev-held.tfstate.tflock");
  terminal.type("\u0003");

  expect(await terminal.exitCode).toBe(130);
  expect((await keys()).filter((key) => key.endsWith(".tflock"))).toEqual([]);
});
