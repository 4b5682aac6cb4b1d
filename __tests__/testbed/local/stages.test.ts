import type { StagedRun } from "../../../testbed/local/stages";
import { play, world } from "./support/staged-world";

test("a run in which everything is as it must be reports what it did", async () => {
  expect(await play(world())).toEqual({
    products: ["PostgreSQL"],
    resources: 5,
    destroyed: 5,
    secrets: 1,
    rotations: 3,
    accepted: 1,
    refused: 2,
    passwords: 4,
    files: 900,
    databaseWaitMs: 0,
  });
});

test("with both backends, the functions move to Vault before the native one is destroyed", async () => {
  const both = world(["native", "vault"]);

  expect(await play(both)).toMatchObject({ resources: 5, destroyed: 8 });
  expect(both.said.join("")).toMatch(/deploy with Vault first.*functions read from Vault.*Vault alone/s);
});

test("with Vault alone, the run itself makes users and passwords, and says so", async () => {
  const vault = world(["vault"]);

  await play(vault);

  expect(vault.said.join("")).toMatch(
    /users are made, Vault gets their passwords.*passwords are changed twice/s,
  );
});

test.each<[string, StagedRun["backends"], string[]]>([
  ["the secrets in use", ["native"], ["collect 1", "search", "keep", "search"]],
  [
    "both backends, while both are there",
    ["native", "vault"],
    ["collect 2", "leave", "collect 1", "search", "keep", "search"],
  ],
])("the passwords of %s are collected before the search", async (_, backends, expected) => {
  const order: string[] = [];
  const { run, ...rest } = world(backends);
  const { searchPasswords } = run;
  run.collectPasswords = async (stores) => void order.push(`collect ${stores.length}`);
  run.leaveNative = async () => order.push("leave");
  run.searchPasswords = async () => {
    order.push("search");
    return await searchPasswords();
  };

  await play({ run, ...rest }, async () => void order.push("keep"));

  expect(order).toEqual(expected);
});
