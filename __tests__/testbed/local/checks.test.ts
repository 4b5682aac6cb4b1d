import {
  checkLeaks,
  checkPasswords,
  checkPlans,
  checkRead,
  checkRotatedBy,
  type FunctionRead,
  type TriedVersion,
} from "../../../testbed/local/checks";

/** What three rotations of alternating users leave. */
const ALTERNATING: readonly TriedVersion[] = [
  { id: "v1", username: "orders", accepted: false, current: false },
  { id: "v2", username: "orders_clone", accepted: true, current: false },
  { id: "v3", username: "orders", accepted: true, current: true },
];

const SINGLE: readonly TriedVersion[] = [
  { id: "v1", username: "reporting", accepted: false, current: false },
  { id: "v2", username: "reporting", accepted: false, current: false },
  { id: "v3", username: "reporting", accepted: true, current: true },
];

function changed(versions: readonly TriedVersion[], index: number, change: Partial<TriedVersion>) {
  return versions.map((version, at) => (at === index ? { ...version, ...change } : version));
}

describe("passwords", () => {
  test("are counted where each user's newest is accepted and all others are refused", () => {
    expect(checkPasswords("orders", ALTERNATING, 3)).toEqual({ accepted: 1, refused: 1 });
    expect(checkPasswords("reporting", SINGLE, 3)).toEqual({ accepted: 1, refused: 2 });
  });

  test.each<[string, readonly TriedVersion[], string]>([
    [
      "a replaced one is still accepted",
      changed(SINGLE, 1, { accepted: true }),
      "the password of version v2 is still accepted",
    ],
    [
      "the current one is refused",
      changed(SINGLE, 2, { accepted: false }),
      "the password of version v3 is refused",
    ],
    [
      "the other user's is refused",
      changed(ALTERNATING, 1, { accepted: false }),
      "the password of version v2 is refused",
    ],
    ["rotations are missing", SINGLE.slice(1), "3 rotations made 2 passwords"],
    ["there is none", [], "3 rotations made 0 passwords"],
    ["none is current", changed(SINGLE, 2, { current: false }), "0 current versions have a password"],
    [
      "none was replaced",
      SINGLE.map((version, at) => ({ ...version, username: `user${at}`, accepted: true })),
      "no rotation replaced a password",
    ],
  ])("fail the run where %s", (_, tried, message) => {
    expect(() => checkPasswords("reporting", tried, 3)).toThrow(`reporting: ${message}`);
    expect(() => checkPasswords("reporting", tried, 3)).toThrow(
      expect.objectContaining({ name: "CheckFailed" }),
    );
  });
});

describe("what a function read", () => {
  const answer = { databaseUser: "orders", secretVersion: "v3", secretSource: "secrets-manager" };
  const read: FunctionRead = {
    functionName: "local-orders",
    invocation: { result: answer, log: "the log" },
    secret: "orders",
    versions: [
      { id: "v2", current: false, fields: { username: "orders_clone" } },
      { id: "v3", current: true, fields: { username: "orders" } },
    ],
    source: "secrets-manager",
  };

  test("is right if it connected as the current version's user", () => {
    expect(checkRead(read)).toBe("orders");
  });

  test.each<[string, Partial<FunctionRead>, string]>([
    [
      "it failed",
      { invocation: { error: { errorType: "E", errorMessage: "no" }, log: "the log" } },
      "local-orders: E: no",
    ],
    [
      "it is another user",
      { invocation: { result: { ...answer, databaseUser: "orders_clone" }, log: "the log" } },
      "did not connect with the current version of orders",
    ],
    [
      "it read another version",
      { invocation: { result: { ...answer, secretVersion: "v2" }, log: "the log" } },
      "did not connect with the current version of orders",
    ],
    [
      "it read from elsewhere",
      { source: "vault-proxy" },
      "local-orders read from secrets-manager, not from vault-proxy",
    ],
    ["there is no current version", { versions: [] }, "orders has no current version"],
    [
      "it answered nothing and the current version has no user",
      { invocation: { result: {}, log: "the log" }, versions: [{ id: "v3", current: true, fields: {} }] },
      "orders has no current version with a user",
    ],
  ])("fails the run where %s", (_, change, message) => {
    expect(() => checkRead({ ...read, ...change })).toThrow(message);
    expect(() => checkRead({ ...read, ...change })).toThrow("(the log)");
  });
});

test("a secret must be rotated by the function of its database", () => {
  checkRotatedBy("orders", "rotation-main", "rotation-main");

  expect(() => checkRotatedBy("orders", "rotation-main", undefined)).toThrow("not by undefined");
});

test("some stack must have been planned", () => {
  expect(() => checkPlans(new Map())).toThrow("no stack was planned");
});

test("the search for passwords must have had something to look in", () => {
  expect(() => checkLeaks({ passwords: 12, files: 0, places: [] }, 12)).toThrow("in 0 files");
});
