import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { nodeFiles } from "../../../../../constructs/vault/server/node/node-files";
import { run } from "../../../../../scripts/support/processes";
import { SandboxNode } from "../../../../../testbed/vault/sandbox-node";
import { describeNeeding } from "../../../../support/needing";
import { NODE } from "./support/node";

const DATA = "/var/lib/vault-server";
/** A user in the place of `vault-server`, which this machine has not. */
const USER = "65534";
/** To run something as that user, in a script and here. */
const AS_SERVER = ["setpriv", `--reuid=${USER}`, `--regid=${USER}`, "--clear-groups"] as const;

/** A node that is alone, whose server is that script. */
function nodeOf(server = "exit 0", standIns: Readonly<Record<string, string>> = {}): SandboxNode {
  const root = mkdtempSync(join(tmpdir(), "node-"));
  // That user has to get to its data.
  chmodSync(root, 0o755);
  writeFileSync(join(root, "server"), `#!/bin/bash\n${server}\n`, { mode: 0o755 });
  const node = new SandboxNode({
    files: nodeFiles({ ...NODE, artifacts: undefined, addresses: [NODE.address] }),
    root,
    server: join(root, "server"),
    environment: {},
    standIns: { aws: "exit 254", ...standIns },
  });
  const key = node.path("/etc/vault-server/tls/key.pem");
  mkdirSync(dirname(key), { recursive: true });
  writeFileSync(key, "");
  return node;
}

describe.each(["raft", "audit"])("the server's folder %s", (folder) => {
  test("is not made where a link leads", async () => {
    const node = nodeOf();
    const [path, elsewhere] = [node.path(`${DATA}/${folder}`), node.path("/elsewhere")];
    mkdirSync(dirname(path), { recursive: true });
    mkdirSync(elsewhere, { mode: 0o755 });
    symlinkSync(elsewhere, path);

    await expect(node.run("prepare")).rejects.toMatchObject({
      output: expect.stringContaining(`${path} must be a directory, got a symbolic link`),
    });

    expect(statSync(elsewhere).mode & 0o777).toBe(0o755);
  });

  test("is not made where something else is", async () => {
    const node = nodeOf();
    const path = node.path(`${DATA}/${folder}`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "");

    await expect(node.run("prepare")).rejects.toMatchObject({
      output: expect.stringContaining(`${path} must be a directory, got a regular empty file`),
    });
  });
});

const needed = {
  [`run sudo env "PATH=$PATH" NO_SKIPS=true npx jest ${basename(__filename)}`]:
    process.getuid?.() === 0 ? "root" : undefined,
};

describeNeeding("a server that somebody has taken over", needed, () => {
  /** As in the sandbox, but with owners. */
  const owners = {
    install: `words=(); for word; do words+=("\${word/=vault-server/=${USER}}"); done
exec "$(command -p -v install)" "\${words[@]}"`,
  };

  test("writes in its own folders", async () => {
    const node = nodeOf("exit 0", owners);
    await node.run("prepare");

    await asServer(node, "touch raft/vault.db audit/audit.log");

    expect(existsSync(node.path(`${DATA}/audit/audit.log`))).toBe(true);
  });

  test.each([
    ["its folder of data", "mv raft aside"],
    ["its folder of logs, with a link", "mv --no-target-directory audit aside && ln --symbolic /etc audit"],
    ["the mark of a node that has joined", "ln --symbolic --force /etc/vault-joined joined"],
    ["the mark of a volume that is new", "touch initialise"],
    ["a file of its home", "mkdir .aws"],
  ])("cannot replace or make %s", async (_, command) => {
    const node = nodeOf("exit 0", owners);
    await node.run("prepare");
    await node.run("prepare");

    await expect(asServer(node, command)).rejects.toMatchObject({
      output: expect.stringContaining("Permission denied"),
    });
  });

  test("cannot say where a snapshot is written, or what is stored as one", async () => {
    const node = nodeOf(
      `case "$*" in
status*) echo '{ "is_self": true }' ;;
*save*)
  ${AS_SERVER.join(" ")} ln --symbolic --force --no-target-directory "$SANDBOX/secret" "\${@: -1}"
  echo snapshot >"\${@: -1}" ;;
esac`,
      {
        ...owners,
        aws: `[ "$1" = s3api ] || exit 254
while [ "$1" != --body ]; do shift; done; cat "$2" >"$SANDBOX/stored"`,
      },
    );
    writeFileSync(node.path("/secret"), "secret\n", { mode: 0o600 });
    await node.run("prepare");

    await node.run("snapshot");

    expect(readFileSync(node.path("/secret"), "utf8")).toBe("secret\n");
    expect(readFileSync(node.path("/stored"), "utf8")).toBe("snapshot\n");
  });
});

/** Runs it in the data's folder, as the server's user. */
async function asServer(node: SandboxNode, command: string): Promise<void> {
  const [program, ...words] = AS_SERVER;
  await run(program, [...words, "bash", "-c", command], { cwd: node.path(DATA) });
}
