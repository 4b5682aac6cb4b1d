import { failsWhere } from "./support/faults";
import { answered, answering, HEALTH, play, QUOTAS, world } from "./support/staged-world";

/** Secrets are rotated, logged in with, read and checked. */
failsWhere([
  [
    "RotateSecret does nothing",
    ({ store }) => {
      store.rotate = async () => "rotation-main";
    },
    "every secret has been rotated once",
    "the rotation of orders must end, and did not in time",
  ],
  [
    "a plan has changes after npm run prove's rotations",
    ({ stacks }) => {
      const change = { address: "aws_kms_key.A", actions: ["update"], attributes: [] };
      stacks.planChanges = async () => new Map([["local-native", [change]]]);
    },
    "plan after the rotations",
    "the plan would change: update aws_kms_key.A",
  ],
  [
    "npm run prove has no stage",
    ({ run }) => {
      run.prove = async () => [];
    },
    "npm run prove",
    "npm run prove had no stage",
  ],
  [
    "nothing is rotated",
    ({ store }) => {
      store.rotate = async () => "rotation-main";
    },
    "old passwords refused",
    "3 rotations made 0 passwords",
    ["vault"],
  ],
  [
    "a rotation is missing",
    ({ store }) => {
      const { rotate } = store;
      let calls = 0;
      store.rotate = async (secret) => (++calls === 2 ? "rotation-main" : await rotate(secret));
    },
    "old passwords refused",
    "3 rotations made 2 passwords",
    ["vault"],
  ],
  [
    "another function rotates first",
    ({ store }) => {
      store.rotator = () => "rotation-billing";
    },
    "first rotation",
    "orders was rotated by rotation-main, not by rotation-billing",
  ],
  [
    "another function rotates later",
    ({ store, versions }) => {
      store.rotator = () => (versions.length < 3 ? "rotation-main" : "rotation-billing");
    },
    "passwords are changed twice, in Vault too",
    "not by rotation-billing",
    ["vault"],
  ],
  [
    "old passwords are accepted",
    ({ deployment }) => {
      deployment.databases = new Map([["orders", { product: "PostgreSQL", logsIn: async () => true }]]);
    },
    "old passwords refused",
    "still accepted",
  ],
  [
    "new passwords are refused",
    ({ deployment }) => {
      deployment.databases = new Map([["orders", { product: "PostgreSQL", logsIn: async () => false }]]);
    },
    "old passwords refused",
    "version v3 is refused",
  ],
  [
    "a function fails",
    ({ deployment }) => {
      const error = { errorType: "SecretError", errorMessage: "no" };
      deployment.runner = { invoke: async () => ({ error, durationMs: 1, log: "the log" }) };
    },
    "functions read their secret and connect",
    "local-orders: SecretError: no",
  ],
  [
    "a function keeps an old version",
    ({ deployment }) => {
      const result = { databaseUser: "orders", secretVersion: "v1", secretSource: "secrets-manager" };
      deployment.runner = answering(deployment, "local-orders", answered(result));
    },
    "functions read their secret again",
    "did not connect with the current version",
  ],
  [
    "no function reads a secret of a database",
    ({ deployment }) => {
      deployment.functions = [];
    },
    "",
    "no function connects in:\n  PostgreSQL",
  ],
  [
    "no secret is of a database",
    ({ run }) => {
      run.products = ["PostgreSQL", "MariaDB"];
    },
    "",
    "no secret is in:\n  MariaDB",
  ],
  [
    "a check of credentials fails",
    ({ deployment }) => {
      const error = { errorType: "Error", errorMessage: "no" };
      deployment.runner = answering(deployment, HEALTH, { error, durationMs: 1, log: "the log" });
    },
    "checks of credentials and quotas, as scheduled",
    "main-health: Error: no (the log)",
  ],
  [
    "a check of credentials leaves a secret out",
    ({ deployment }) => {
      deployment.runner = answering(deployment, HEALTH, answered({ checked: 0, unhealthy: 0 }));
    },
    "checks of credentials and quotas, as scheduled",
    "0 of 1 secrets were checked",
  ],
  [
    "nothing is scheduled",
    ({ deployment }) => {
      deployment.schedules = async () => [];
    },
    "checks of credentials and quotas, as scheduled",
    "0 of 3 quotas were read",
  ],
  [
    "a quota is not read",
    ({ deployment }) => {
      deployment.runner = answering(deployment, QUOTAS, answered([{}, {}]));
    },
    "checks of credentials and quotas, as scheduled",
    "2 of 3 quotas were read",
  ],
  [
    "a check finds something in the first rotation's secrets",
    ({ deployment }) => {
      deployment.onCall = { ...deployment.onCall, messagesOfAnswer: async () => ["orders (login): no"] };
    },
    "checks of credentials and quotas, as scheduled",
    "a false alarm: orders (login): no",
  ],
  [
    "a check finds something after all rotations",
    ({ deployment, versions }) => {
      const messagesOfAnswer = async () => (versions.length > 2 ? ["orders (schedule): no"] : []);
      deployment.onCall = { ...deployment.onCall, messagesOfAnswer };
    },
    "the same checks after all rotations",
    "a false alarm: orders (schedule): no",
  ],
]);

test("the run fails where functions still read from the native backend after the move", async () => {
  const unmoved = world(["native", "vault"]);
  unmoved.run.moveToVault = async () => ({ ...unmoved.deployment, source: "vault-proxy" });

  await expect(play(unmoved)).rejects.toThrow("read from secrets-manager, not from vault-proxy");
});

test("the run fails where functions cannot read without the native backend", async () => {
  const lost = world(["native", "vault"]);
  lost.run.leaveNative = async () => {
    lost.deployment.source = "secrets-manager";
    return 3;
  };
  lost.run.moveToVault = async () => {
    lost.deployment.source = "vault-proxy";
    return { ...lost.deployment };
  };

  await expect(play(lost)).rejects.toThrow("read from secrets-manager, not from vault-proxy");
});
