import { setTimeout as sleep } from "node:timers/promises";
import { StartedServers } from "../../../testbed/local/started-servers";

/** Something that takes a moment to start, and tells when it was stopped. */
function starting(stopped: string[], name: string, afterMs = 0) {
  const stop = async () => void stopped.push(name);
  return sleep(afterMs).then(() => ({ stop }));
}

test("everything that was started is stopped, once", async () => {
  const stopped: string[] = [];
  const servers = new StartedServers();

  await servers.start([starting(stopped, "one"), starting(stopped, "two", 20)]);
  await servers.stopAll();
  await servers.stopAll();

  expect(stopped.sort()).toEqual(["one", "two"]);
});

test("one that fails is told once the others are up, which are then stopped", async () => {
  const stopped: string[] = [];
  const servers = new StartedServers();
  const failing = Promise.reject(new Error("no moto"));

  await expect(servers.start([failing, starting(stopped, "slow", 50)])).rejects.toThrow("no moto");
  await servers.stopAll();

  expect(stopped).toEqual(["slow"]);
});

test("what is still starting when everything is stopped is waited for, and what starts later is stopped at once", async () => {
  const stopped: string[] = [];
  const servers = new StartedServers();

  const started = servers.start([starting(stopped, "slow", 50)]);
  await servers.stopAll();
  expect(stopped).toEqual(["slow"]);
  await started;

  await servers.start([starting(stopped, "late")]);
  await sleep(0);
  expect(stopped).toEqual(["slow", "late"]);
});

test("one that cannot be stopped keeps no other running", async () => {
  const stopped: string[] = [];
  const servers = new StartedServers();

  await servers.start([
    Promise.resolve({ stop: () => Promise.reject(new Error("no")) }),
    starting(stopped, "other"),
  ]);
  await servers.stopAll();

  expect(stopped).toEqual(["other"]);
});

test("one that neither starts nor fails does not keep the run from ending", async () => {
  const servers = new StartedServers();
  void servers.start([new Promise<never>(() => {})]);
  // The process has something else to live for, as the run has.
  const alive = setTimeout(() => {}, 5_000);

  await servers.stopAll(10);
  clearTimeout(alive);
});
