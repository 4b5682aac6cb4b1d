import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTunnel } from "../../../scripts/vault/tunnel";

const { PATH } = process.env;
const OPTIONS = { region: "ap-northeast-2", instanceId: "i-0123456789abcdef0", host: "127.0.0.1", port: 0 };

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tunnel-"));
  process.env.PATH = `${directory}:${PATH}`;
});

afterEach(() => {
  process.env.PATH = PATH;
  rmSync(directory, { recursive: true });
});

/** In the place of AWS CLI, whose sessions no emulator has. */
function awsCli(script: string): void {
  const file = join(directory, "aws");
  writeFileSync(file, `#!${process.execPath}\nconst words = process.argv.slice(2);\n${script}`);
  chmodSync(file, 0o755);
}

const FORWARDING = `
const { connect, createServer } = require("node:net");
require("node:fs").writeFileSync(${JSON.stringify("WORDS")}, JSON.stringify(words));
const { host: [host], portNumber: [port], localPortNumber: [local] } = JSON.parse(words[words.indexOf("--parameters") + 1]);
createServer((near) => {
  const far = connect(Number(port), host);
  near.pipe(far).pipe(near);
  near.on("error", () => far.destroy());
  far.on("error", () => near.destroy());
}).listen(Number(local), "127.0.0.1");
`;

test("a port here leads to one behind the instance, until it is closed", async () => {
  const words = join(directory, "words.json");
  awsCli(FORWARDING.replace("WORDS", words));
  const far = createServer((socket) => socket.end("far end")).listen(0, "127.0.0.1");
  await once(far, "listening");
  const { port } = far.address() as { port: number };

  const tunnel = await openTunnel({ ...OPTIONS, port });

  const near = connect(tunnel.port, "127.0.0.1");
  const [data] = await once(near, "data");
  expect(String(data)).toBe("far end");
  expect(JSON.parse(readFileSync(words, "utf8")).slice(0, 8)).toEqual(
    "ssm start-session --region ap-northeast-2 --target i-0123456789abcdef0 --document-name"
      .split(" ")
      .concat("AWS-StartPortForwardingSessionToRemoteHost"),
  );
  near.destroy();
  await tunnel.close();
  far.close();
  await expect(once(connect(tunnel.port, "127.0.0.1"), "connect")).rejects.toThrow("ECONNREFUSED");
});

test("a session that does not start is told with its reason and what to check", async () => {
  awsCli('console.error("TargetNotConnected"); process.exit(254);');

  await expect(openTunnel(OPTIONS)).rejects.toThrow(
    /exit code 254: TargetNotConnected; check that .* plugin/,
  );
});
