import { inOrder, type Outcome } from "../../../scripts/deploy/in-order";

const NEEDS: Readonly<Record<string, readonly string[]>> = {
  foundation: [],
  native: ["foundation"],
  vault: ["foundation"],
  application: ["foundation", "native"],
};
const STACKS = Object.keys(NEEDS).map((name) => ({ name }));

async function play(parallel: boolean, outcome: (name: string) => Outcome) {
  const events: string[] = [];
  const outcomes = await inOrder(STACKS, {
    after: ({ name }) => NEEDS[name] ?? [],
    parallel,
    work: async ({ name }) => {
      events.push(`${name} begins`);
      await new Promise(setImmediate);
      events.push(`${name} ends`);
      return outcome(name);
    },
  });
  return { events, outcomes: Object.fromEntries(outcomes) };
}

const CHANGED: Outcome = { kind: "changed" };

test("one after the other, where a person is asked", async () => {
  const { events } = await play(false, () => CHANGED);

  expect(events).toEqual(STACKS.flatMap(({ name }) => [`${name} begins`, `${name} ends`]));
});

test("at the same time, where the order allows", async () => {
  const { events } = await play(true, () => CHANGED);

  expect(events.slice(0, 4)).toEqual([
    "foundation begins",
    "foundation ends",
    "native begins",
    "vault begins",
  ]);
  expect(events.indexOf("application begins")).toBeGreaterThan(events.indexOf("native ends"));
});

test.each([true, false])(
  "what comes after a failed one is not begun, the rest is (parallel: %s)",
  async (parallel) => {
    const error = new Error("no");
    const { outcomes } = await play(parallel, (name) =>
      name === "native" ? { kind: "failed", error } : CHANGED,
    );

    expect(outcomes).toEqual({
      foundation: CHANGED,
      native: { kind: "failed", error },
      vault: CHANGED,
      application: { kind: "not begun", why: "it comes after native" },
    });
  },
);

test("a refused plan stops what comes after it, as a failed one does", async () => {
  const { outcomes } = await play(false, () => ({ kind: "refused", why: "no" }));

  expect(Object.values(outcomes).map(({ kind }) => kind)).toEqual([
    "refused",
    "not begun",
    "not begun",
    "not begun",
  ]);
});
