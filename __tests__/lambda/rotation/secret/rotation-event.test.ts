import { randomUUID } from "node:crypto";
import { rotate } from "../../../../lambda/rotation/rotate";
import {
  InvalidEventError,
  UnexpectedError,
  VersionStateError,
} from "../../../../lambda/rotation/support/errors";
import { DATABASE, Offline } from "../support/offline";

let offline: Offline;
beforeEach(() => {
  offline = new Offline();
});

test.each(["SecretId", "ClientRequestToken", "Step"])(
  "an event without %s is refused without a call",
  async (name) => {
    const event = { SecretId: "arn", ClientRequestToken: "token", Step: "createSecret", [name]: undefined };
    const ports = { secrets: offline.secrets, log: { error: () => undefined } };
    const failure = rotate(event, ports as never);
    await expect(failure).rejects.toBeInstanceOf(InvalidEventError);
    await expect(failure).rejects.toThrow(`wrong or missing: ${name}.`);
    expect(offline.secrets.calls).toEqual([]);
  },
);

test.each([undefined, null, "text", 7])("an event that is %p is refused", async (event) => {
  await expect(rotate(event, { log: { error: () => undefined } } as never)).rejects.toBeInstanceOf(
    InvalidEventError,
  );
});

test("rotation that is switched off is refused", async () => {
  const arn = offline.secrets.create(DATABASE);
  const token = offline.secrets.startRotation(arn);
  offline.secrets.secret(arn).rotationEnabled = false;
  await expect(offline.step(arn, token, "createSecret")).rejects.toThrow("Rotation is not enabled");
});

test("a secret that does not say whether rotation is on is rotated", async () => {
  const arn = offline.secrets.create(DATABASE);
  const token = offline.secrets.startRotation(arn);
  offline.secrets.secret(arn).rotationEnabled = undefined;
  await offline.step(arn, token, "createSecret");
  expect(offline.secrets.at(arn, "AWSPENDING").username).toBe("app");
});

test("a version that the secret does not have is refused", async () => {
  const arn = offline.secrets.create(DATABASE);
  const failure = offline.step(arn, randomUUID(), "createSecret");
  await expect(failure).rejects.toBeInstanceOf(VersionStateError);
  await expect(failure).rejects.toThrow("no such version");
});

test.each(["createSecret", "setSecret", "testSecret", "finishSecret", "noSuchStep"])(
  "a version that is AWSCURRENT already is done at %s",
  async (step) => {
    const arn = offline.secrets.create(DATABASE);
    const token = offline.secrets.put(arn, DATABASE);
    offline.secrets.secret(arn).versions.get(token)?.stages.add("AWSPENDING");
    await offline.step(arn, token, step);
    expect(offline.secrets.calls).toEqual(["describe"]);
  },
);

test("a version that is only AWSPREVIOUS is refused", async () => {
  const arn = offline.secrets.create(DATABASE);
  const [first = ""] = offline.secrets.secret(arn).versions.keys();
  offline.secrets.put(arn, DATABASE);
  await expect(offline.step(arn, first, "createSecret")).rejects.toThrow(
    'labelled "AWSPREVIOUS", not AWSPENDING',
  );
});

test("an unknown step is refused, with the steps there are", async () => {
  const arn = offline.secrets.create(DATABASE);
  const failure = offline.step(arn, offline.secrets.startRotation(arn), "deleteSecret");
  await expect(failure).rejects.toThrow('no step "deleteSecret"');
  await expect(failure).rejects.toThrow("createSecret, setSecret, testSecret, finishSecret");
});

test("a value put meanwhile ends the rotation", async () => {
  const arn = offline.secrets.create(DATABASE);
  const token = offline.secrets.startRotation(arn);
  await offline.step(arn, token, "createSecret");
  offline.secrets.put(arn, DATABASE);
  await expect(offline.step(arn, token, "setSecret")).rejects.toThrow(
    /A newer value was probably put meanwhile/,
  );
});

test("RotationToken is passed on when the event has one, and unknown keys are tolerated", async () => {
  for (const more of [{}, { RotationToken: "rotation-token", Novelty: { a: 1 } }]) {
    const arn = offline.secrets.create(DATABASE);
    await offline.step(arn, offline.secrets.startRotation(arn), "createSecret", more);
  }
  expect(offline.secrets.rotationTokens).toEqual([undefined, "rotation-token"]);
});

test("a secret without AWSCURRENT cannot be rotated", async () => {
  const arn = offline.secrets.create(DATABASE);
  const token = offline.secrets.startRotation(arn);
  for (const { stages } of offline.secrets.secret(arn).versions.values()) stages.delete("AWSCURRENT");
  await expect(offline.step(arn, token, "createSecret")).rejects.toThrow("no AWSCURRENT version");
});

test("a failure to write is passed on, and the next call writes", async () => {
  const arn = offline.secrets.create(DATABASE);
  const token = offline.secrets.startRotation(arn);
  offline.secrets.before = (call) => {
    if (call === "putPending") throw new Error("throttled");
  };
  await expect(offline.step(arn, token, "createSecret")).rejects.toBeInstanceOf(UnexpectedError);
  offline.secrets.before = () => undefined;
  await offline.step(arn, token, "createSecret");
  expect(offline.secrets.at(arn, "AWSPENDING").username).toBe("app");
});

test("a record of success has step, secret, version, outcome and duration", async () => {
  const arn = offline.secrets.create(DATABASE);
  const token = offline.secrets.startRotation(arn);
  await offline.step(arn, token, "createSecret");
  expect(offline.logLines.map((line) => JSON.parse(line))).toEqual([
    {
      level: "info",
      step: "createSecret",
      secretArn: arn,
      versionId: token,
      outcome: "wrote the AWSPENDING value",
      durationMs: expect.any(Number),
    },
  ]);
});

test("an error from elsewhere is reported by its type and stack frames, not by its message", async () => {
  const arn = offline.secrets.create(DATABASE);
  const token = offline.secrets.startRotation(arn);
  offline.secrets.before = () => {
    throw new TypeError(`cannot read current-password`);
  };
  const error = await offline.step(arn, token, "createSecret").catch((thrown: Error) => thrown);
  expect(error).toBeInstanceOf(UnexpectedError);
  expect((error as Error).message).toContain('"TypeError"');
  expect((error as Error).stack).toMatch(/\n\s+at .*rotation-event\.test\.ts/);
  expect((error as Error).stack + offline.logLines.join()).not.toContain("current-password");
});

test("text in an event cannot start a log line of its own", async () => {
  const forged = 'x\n{"level":"info","outcome":"all is well"}\u2028';
  const arn = offline.secrets.create(DATABASE);
  await expect(offline.step(arn, offline.secrets.startRotation(arn), forged)).rejects.toThrow(
    /no step "x\\n/,
  );
  for (const line of offline.logLines) expect(line).toMatch(/^[\x20-\x7e]+$/);
});

test.each<[string, () => unknown, string]>([
  ["a text", () => "hidden", "string"],
  ["nothing", () => undefined, "undefined"],
  [
    "an error without a stack",
    () => Object.assign(new RangeError("hidden"), { stack: undefined }),
    "RangeError",
  ],
])("what is thrown as %s is reported by its type too", async (_, thrown, type) => {
  const arn = offline.secrets.create(DATABASE);
  const token = offline.secrets.startRotation(arn);
  offline.secrets.before = () => {
    throw thrown();
  };
  const error = await offline.step(arn, token, "createSecret").catch((failure) => failure);
  expect(error.message).toContain(
    `A fault of the rotation function itself: an unexpected "${type}"; its message is withheld`,
  );
  expect(String(error.stack)).not.toContain("hidden");
});
