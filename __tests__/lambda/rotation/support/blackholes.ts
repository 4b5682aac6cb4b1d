import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createConnection, createServer, type Socket } from "node:net";

/** A port that a client waits at in vain. */
export interface Blackhole {
  readonly port: number;
  close(): Promise<void>;
}

/** Takes connections and never says anything. */
export async function silentServer(): Promise<Blackhole> {
  return await listen(() => undefined);
}

/** Takes no connection: its queue is full, and the process that should empty it is stuck. */
export async function fullBacklog(): Promise<Blackhole> {
  const stuck = spawn(process.execPath, [
    "-e",
    `const server = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
       require("node:fs").writeSync(1, String(server.address().port));
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
     })`,
  ]);
  const [output] = await once(stuck.stdout, "data");
  const port = Number(String(output));
  const fillers = Array.from({ length: 4 }, () => createConnection({ host: "127.0.0.1", port }));
  for (const filler of fillers) filler.on("error", () => undefined);
  await once(fillers[0] as Socket, "connect");
  return {
    port,
    async close() {
      for (const filler of fillers) filler.destroy();
      const ended = once(stuck, "exit");
      stuck.kill("SIGKILL");
      await ended;
    },
  };
}

/** Passes on what goes to and fro, each connection after a delay, until it is told to freeze. */
export async function proxyTo(targetPort: number, delayMs = 0): Promise<Blackhole & { freeze(): void }> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const { port, close } = await listen((client) => {
    const upstream = createConnection({ host: "127.0.0.1", port: targetPort });
    const pair = [client, upstream] as const;
    pairs.add(pair);
    for (const [one, other] of [pair, [upstream, client] as const]) {
      one.on("error", () => undefined);
      one.on("close", () => {
        pairs.delete(pair);
        other.destroy();
      });
    }
    upstream.pipe(client);
    setTimeout(() => client.pipe(upstream), delayMs);
  });
  return {
    port,
    close,
    freeze() {
      for (const [client, upstream] of pairs) {
        client.unpipe(upstream).pause();
        upstream.unpipe(client).pause();
      }
    },
  };
}

async function listen(onConnection: (socket: Socket) => void): Promise<Blackhole> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    onConnection(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      const closed = once(server, "close");
      server.close();
      await closed;
    },
  };
}
