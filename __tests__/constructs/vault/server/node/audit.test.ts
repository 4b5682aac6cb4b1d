import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFiles } from "../../../../../constructs/vault/server/node/node-files";
import { run } from "../../../../../scripts/support/processes";
import { SandboxNode } from "../../../../../testbed/vault/sandbox-node";
import { NODE } from "./support/node";

/** AWS, as far as the script asks it: keeps each line that it is told. */
const AWS = `[ "$2" = put-log-events ] || exit 0
for last; do :; done
python3 -c 'import json, sys; [print(event["message"]) for event in json.load(sys.stdin)]' \\
  <"\${last#file://}" >>"$SANDBOX/shipped"`;
const FOLDER = "/var/lib/vault-server/audit";

/** With these logs. */
function nodeWith(
  logs: Readonly<Record<string, string>>,
  standIns: Readonly<Record<string, string>> = {},
): SandboxNode {
  const node = new SandboxNode({
    files: nodeFiles(NODE),
    root: mkdtempSync(join(tmpdir(), "node-")),
    server: "/bin/true",
    environment: {},
    standIns: { aws: AWS, ...standIns },
  });
  mkdirSync(node.path(FOLDER), { recursive: true });
  for (const [name, content] of Object.entries(logs)) writeFileSync(node.path(`${FOLDER}/${name}`), content);
  // Of root's.
  writeFileSync(node.path("/secret"), "secret\n");
  return node;
}

const shipped = (node: SandboxNode) => {
  const file = node.path("/shipped");
  return existsSync(file) ? readFileSync(file, "utf8") : "";
};
const kept = (node: SandboxNode) => readdirSync(node.path(FOLDER));

test("what the server wrote is shipped and goes, and the server begins a new log", async () => {
  const begins = `[ "$1" = is-active ] || touch "$SANDBOX${FOLDER}/audit.log"`;
  const node = nodeWith({ "audit.log": "third\n", "1.log": "first\nsecond\n" }, { systemctl: begins });

  await node.run("audit");

  expect(shipped(node)).toBe("first\nsecond\nthird\n");
  expect(kept(node)).toEqual(["audit.log"]);
});

test("what CloudWatch Logs does not take stays, and nothing else", async () => {
  const node = nodeWith({ "1.log": "first\n" }, { aws: '[ "$2" != put-log-events ]' });

  await expect(node.run("audit")).rejects.toMatchObject({
    output: expect.stringContaining("'1.log' stays here"),
  });

  expect(kept(node)).toEqual(["1.log"]);
});

test("a node whose server never ran has nothing to ship", async () => {
  const node = nodeWith({});
  rmdirSync(node.path(FOLDER));

  await node.run("audit");

  expect(shipped(node)).toBe("");
});

describe("of what a server that somebody has taken over puts into the folder", () => {
  test("a link in the place of a request leads to no file", async () => {
    const node = nodeWith({ "1.log": "first\n" });
    symlinkSync(node.path("/elsewhere"), node.path(`${FOLDER}/request.json`));

    await node.run("audit");

    expect(shipped(node)).toBe("first\n");
    expect(existsSync(node.path("/elsewhere"))).toBe(false);
  });

  test.each([
    ["a symbolic link", "ln --symbolic", "Too many levels of symbolic links"],
    ["a hard link", "ln", "must be a regular file with one link"],
  ])("%s is not shipped, and keeps no log here", async (_, make, reason) => {
    const node = nodeWith({ "1.log": "first\n" });
    await run("bash", ["-c", `${make} "$0" "$1"`, node.path("/secret"), node.path(`${FOLDER}/0.log`)]);

    const { output } = await node.run("audit").catch((error) => error);

    expect(output).toContain(`'${node.path(`${FOLDER}/0.log`)}' is not shipped: `);
    expect(output).toContain(reason);
    expect(shipped(node)).toBe("first\n");
    expect(kept(node)).toEqual(["0.log"]);
  });

  test.each(["mkfifo", "mkdir"])("what %s makes is not waited for, and keeps no log here", async (make) => {
    const node = nodeWith({ "1.log": "first\n" });
    await run(make, [node.path(`${FOLDER}/0.log`)]);

    const { output } = await node.run("audit").catch((error) => error);

    expect(output).toContain(`'${node.path(`${FOLDER}/0.log`)}' is not shipped: `);
    expect(shipped(node)).toBe("first\n");
  });

  test("a link in the place of the server's log is moved away, and not shipped", async () => {
    const node = nodeWith({ "1.log": "first\n" });
    symlinkSync(node.path("/secret"), node.path(`${FOLDER}/audit.log`));

    await expect(node.run("audit")).rejects.toMatchObject({ output: expect.stringContaining("not shipped") });

    expect(shipped(node)).toBe("first\n");
    expect(readFileSync(node.path("/secret"), "utf8")).toBe("secret\n");
  });

  test("a link in the place of the folder itself ships and removes nothing", async () => {
    const node = nodeWith({});
    rmdirSync(node.path(FOLDER));
    mkdirSync(node.path("/elsewhere"));
    writeFileSync(node.path("/elsewhere/x.log"), "secret\n");
    symlinkSync(node.path("/elsewhere"), node.path(FOLDER));

    await expect(node.run("audit")).rejects.toMatchObject({
      output: expect.stringContaining(`Not a directory: '${node.path(FOLDER)}'`),
    });

    expect(shipped(node)).toBe("");
    expect(readdirSync(node.path("/elsewhere"))).toEqual(["x.log"]);
  });
});
