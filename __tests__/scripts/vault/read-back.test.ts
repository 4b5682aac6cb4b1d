import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { notHeld } from "../../../scripts/vault/read-back";

let server: Server;
let answered: Readonly<Record<string, unknown>>;

beforeAll(async () => {
  server = createServer((_, response) => response.end(JSON.stringify({ data: answered })));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(() => server.close());

async function read(data: Readonly<Record<string, unknown>>, found: typeof answered) {
  answered = found;
  const { port } = server.address() as AddressInfo;
  const requests = [{ path: "sys/x", data, readBack: true }];
  return await notHeld({ address: `http://127.0.0.1:${port}` }, requests);
}

test.each(["24h0m0s", "24h", "1440m", 86_400])(
  "%s is the time that was written as 24h0m0s",
  async (found) => {
    expect(await read({ threshold: "24h0m0s" }, { threshold: found })).toEqual([]);
  },
);

test.each(["10m0s", "24", "", null, 10])("%s is not", async (found) => {
  expect(await read({ threshold: "24h0m0s" }, { threshold: found })).toEqual([
    `threshold of sys/x must be 24h0m0s, got ${found}`,
  ]);
});

test("other settings are compared as they are", async () => {
  expect(await read({ on: true, least: 3 }, { on: true, least: 2, more: 1 })).toEqual([
    "least of sys/x must be 3, got 2",
  ]);
});
