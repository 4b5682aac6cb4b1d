import { once } from "node:events";
import { Interruption } from "../../../scripts/deploy/interruption";
import { endProcess, startProcess } from "../../../scripts/support/processes";

test("one press that arrives twice, as npm passes it on, is one; a press half a second later is another", async () => {
  const child = startProcess("sleep", ["7655"], { stdio: "ignore" });
  await once(child, "spawn");
  let now = 1_000;
  const clock = jest.spyOn(performance, "now").mockImplementation(() => now);
  const said = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  const sent = jest.spyOn(process, "kill").mockReturnValue(true);
  const passedOn = () =>
    sent.mock.calls.filter(([pid, what]) => pid === -(child.pid ?? 0) && what === "SIGINT");
  try {
    const interruption = new Interruption();
    interruption.listen();
    expect(interruption.happened).toBe(false);

    process.emit("SIGINT");
    process.emit("SIGHUP");
    now += 499;
    process.emit("SIGINT");
    expect(interruption.happened).toBe(true);
    expect(passedOn()).toHaveLength(1);

    now += 1;
    process.emit("SIGINT");
    expect(passedOn()).toHaveLength(2);
    expect(said.mock.calls.filter(([text]) => /Interrupted: Terraform ends/.test(String(text)))).toHaveLength(
      1,
    );
  } finally {
    for (const spy of [clock, said, sent]) spy.mockRestore();
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeAllListeners(signal);
    await endProcess(child);
  }
});
