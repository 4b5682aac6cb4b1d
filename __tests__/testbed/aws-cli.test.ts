import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { run } from "../../scripts/support/processes";
import { withoutAwsSettings } from "../../testbed/aws/aws-settings";
import { vaultTools } from "../../testbed/vault/tools";

// The first time on a machine, its Python environment is made.
jest.setTimeout(600_000);

const DIRECT = "AWS CLI where no process can be kept";

let awsCli: readonly string[];
let folder: string;
let server: Server;
/** Whose calls came, and with what. */
let calls: (readonly [credential: string | undefined, body: string])[];

beforeAll(async () => {
  awsCli = (await vaultTools()).awsCli;
  folder = mkdtempSync(join(tmpdir(), "aws-cli-"));
  server = createServer(async (request, response) => {
    calls.push([/Credential=(\w+)/.exec(request.headers.authorization ?? "")?.[1], await text(request)]);
    response.setHeader("content-type", "application/x-amz-json-1.1");
    response.end(`{ "ARN": "of ${calls.length}" }`);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});

beforeEach(() => {
  calls = [];
});

afterAll(() => {
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a script in the folder, in which `aws` is what a node has. */
async function shell(script: string, cli = awsCli) {
  const { port } = server.address() as AddressInfo;
  const env = {
    ...withoutAwsSettings(),
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: "one",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_DEFAULT_REGION: "eu-west-1",
    AWS_MAX_ATTEMPTS: "1",
  };
  return await run("bash", ["-c", `aws() { ${cli.join(" ")} "$@"; }; ${script}`], { cwd: folder, env });
}

/** A Python in a folder whose path is too long for a socket. */
function farPython(python = ""): string {
  const far = join(folder, "far".repeat(30));
  mkdirSync(far);
  writeFileSync(join(far, "python"), `#!/bin/sh\nexec ${python} "$@"\n`, { mode: 0o755 });
  return join(far, "python");
}

describe.each(["AWS CLI in a process that is kept", DIRECT])("%s", (kind) => {
  let cli: readonly string[];

  beforeAll(() => {
    const [python, ...words] = awsCli;
    cli = kind === DIRECT ? [String(python), ...words.slice(0, -1), farPython(python)] : awsCli;
  });

  test("has each call's variables and input, and answers it", async () => {
    const put =
      "aws secretsmanager put-secret-value --secret-id x --output text --secret-string file:///dev/stdin";

    const { stdout } = await shell(`echo 1 | ${put}; echo 2 | AWS_ACCESS_KEY_ID=other ${put}`, cli);

    expect(stdout).toBe("of 1\nof 2\n");
    expect(calls.map(([credential]) => credential)).toEqual(["one", "other"]);
    expect(calls.map(([, body]) => JSON.parse(body).SecretString)).toEqual(["1\n", "2\n"]);
  });

  test("writes a file where the call is made, with its mask", async () => {
    await shell("mkdir -p here; cd here; umask 077; aws s3api get-object --bucket b --key k written", cli);

    expect(statSync(join(folder, "here", "written")).mode & 0o777).toBe(0o600);
  });

  test("fails with the exit code and the reason", async () => {
    const describe = "aws secretsmanager describe-secret --secret-id x --endpoint-url http://127.0.0.1:9";

    const { output } = await shell(`${describe} || echo "exit code $?"`, cli);

    expect(output).toMatch(/^\s*Could not connect to the endpoint URL: .*\nexit code 255\n$/);
  });
});

test("calls at once are answered", async () => {
  const { stdout } = await shell(
    "for i in 1 2 3 4 5 6; do aws secretsmanager describe-secret --secret-id x & done; wait",
  );

  expect(stdout.match(/of \d/g)?.sort()).toEqual(["of 1", "of 2", "of 3", "of 4", "of 5", "of 6"]);
});

test("a call that is killed sends nothing more", async () => {
  const put = `exec ${awsCli.join(" ")} secretsmanager put-secret-value --secret-id x --secret-string file://input`;

  await shell(
    `mkfifo input; (${put}) & sleep 1; kill -9 $!; sleep 0.5; timeout 1 bash -c "echo late > input" || true`,
  );

  expect(calls).toEqual([]);
});
