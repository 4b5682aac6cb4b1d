import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NoSessions, openTunnel } from "../../../scripts/vault/tunnel";
import { FORWARDING, writeAwsCli } from "./support/aws-cli";

const { PATH } = process.env;
const OPTIONS = { region: "ap-northeast-2", instanceId: "i-0123456789abcdef0", document: "127.0.0.1_1" };

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tunnel-"));
  process.env.PATH = `${directory}:${PATH}`;
});

afterEach(() => {
  process.env.PATH = PATH;
  rmSync(directory, { recursive: true });
});

const awsCli = (script: string) => writeAwsCli(directory, script);

test("a port here leads to one behind the instance, until it is closed", async () => {
  const words = join(directory, "words.json");
  awsCli(`require("node:fs").writeFileSync(${JSON.stringify(words)}, JSON.stringify(words));\n${FORWARDING}`);
  const far = createServer((socket) => socket.end("far end")).listen(0, "127.0.0.1");
  await once(far, "listening");
  const { port } = far.address() as { port: number };

  const tunnel = await openTunnel({ ...OPTIONS, document: `127.0.0.1_${port}` });

  const near = connect(tunnel.port, "127.0.0.1");
  const [data] = await once(near, "data");
  expect(String(data)).toBe("far end");
  const typed = `ssm start-session --region ap-northeast-2 --target i-0123456789abcdef0 --document-name 127.0.0.1_${port}`;
  const parameters = `{"localPortNumber":["${tunnel.port}"]}`;
  expect(JSON.parse(readFileSync(words, "utf8"))).toEqual([...typed.split(" "), "--parameters", parameters]);
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

test("a machine without the plugin can open no sessions", async () => {
  awsCli(
    'console.error("SessionManagerPlugin is not found. Please refer to its documentation"); process.exit(255);',
  );

  await expect(openTunnel(OPTIONS)).rejects.toThrow(NoSessions);
});
