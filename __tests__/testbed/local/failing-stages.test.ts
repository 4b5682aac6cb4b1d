import { badDay } from "../../../testbed/aws/faults/bad-day";
import type { StagedRun } from "../../../testbed/local/stages";
import type { DeployedAlarm } from "../../../testbed/operations/alarms";
import { answered, answering, HEALTH, play, QUOTAS, type World, world } from "./support/staged-world";

/** What goes wrong, and which stage fails with what. */
type Fault = [
  string,
  (world: World) => void,
  stage: string,
  message: string,
  backends?: StagedRun["backends"],
];
const FAULTS: Fault[] = [
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
  [
    "a check does not find the broken secret",
    ({ deployment }) => {
      deployment.onCall = { ...deployment.onCall, messagesOfAnswer: async () => [] };
    },
    "the check of credentials finds it",
    "0 messages came of it",
  ],
  [
    "a check finds another secret",
    ({ run }) => {
      const { breakRotation } = run;
      run.breakRotation = async (...args) => ({ ...(await breakRotation(...args)), secret: "reporting" });
    },
    "the check of credentials finds it",
    "the message does not name reporting (login)",
  ],
  [
    "a finding has no remedy",
    ({ deployment: { onCall }, deployment }) => {
      const messagesOfAnswer = async (...args: Parameters<typeof onCall.messagesOfAnswer>) =>
        (await onCall.messagesOfAnswer(...args)).map((message) => message.replace("Rotate", "Watch"));
      deployment.onCall = { ...onCall, messagesOfAnswer };
    },
    "the check of credentials finds it",
    "the message does not name Rotate the secret",
  ],
  [
    "no alarm goes off for the broken secret",
    ({ deployment }) => {
      deployment.onCall = { ...deployment.onCall, alarms: async () => [] };
    },
    "the check of credentials finds it",
    "the alarm credentialsFailing is not on",
  ],
  [
    "a plan has changes",
    ({ stacks }) => {
      const change = { address: "aws_kms_key.A", actions: ["update"], attributes: [] };
      stacks.planChanges = async () => new Map([["local-native", [change]]]);
    },
    "plan after rotation",
    "the plan of local-native has changes",
    ["vault"],
  ],
  [
    "AWS would refuse a request",
    ({ run }) => {
      const what = { service: "kms", action: "CreateKey", member: "Policy", rule: "must be valid" };
      const violations = [{ ...what, got: "", resource: null }];
      run.checkedRequests = async () => ({ checked: { kms: 9 }, violations, unknownToEmulator: [] });
    },
    "AWS would take every request",
    "kms:CreateKey Policy must be valid",
  ],
  [
    "a file has a password",
    ({ run }) => {
      run.searchPasswords = async () => ({ passwords: 4, files: 900, places: ["the state"] });
    },
    "search every file",
    "a password is in 1 places:\n  the state",
  ],
  [
    "fewer passwords are searched than there were",
    ({ run }) => {
      run.searchPasswords = async () => ({ passwords: 2, files: 900, places: [] });
    },
    "search every file",
    "2 of at least 3 passwords",
  ],
  [
    "an alarm is on before anything is broken",
    ({ deployment }) => {
      const alarm = { alarm_name: "local-databaseCpu-main" } as DeployedAlarm;
      deployment.onCall = { ...deployment.onCall, alarms: async () => [alarm] };
    },
    "alarms",
    "a false alarm:\n  local-databaseCpu-main",
  ],
  [
    "a sealed node is not noticed",
    ({ run }) => {
      run.sealNode = async () => ["local-vaultNoLeader"];
    },
    "a node of Vault is sealed",
    "vaultSealed is not on",
    ["vault"],
  ],
  [
    "another alarm goes off for a sealed node",
    ({ run }) => {
      run.sealNode = async () => ["local-vaultNoLeader", "local-vaultSealed", "local-vaultSilent"];
    },
    "a node of Vault is sealed",
    "local-vaultSilent is on",
    ["vault"],
  ],
  [
    "functions do not connect while a node is sealed",
    ({ run, deployment }) => {
      const error = { errorType: "SecretError", errorMessage: "no" };
      run.sealNode = async (_, meanwhile) => {
        deployment.runner = answering(deployment, "local-orders", { error, durationMs: 1, log: "the log" });
        await meanwhile();
        return [];
      };
    },
    "a node of Vault is sealed",
    "local-orders: SecretError: no",
    ["vault"],
  ],
  [
    "Vault does not refuse a function without a role",
    ({ run }) => {
      run.refuseFunction = async () => ({ failure: undefined, alarms: [] });
    },
    "Vault refuses a function",
    "was to refuse the function, and did not",
    ["native", "vault"],
  ],
  [
    "a function that Vault refuses is not noticed",
    ({ run }) => {
      run.refuseFunction = async () => ({ failure: "no", alarms: [] });
    },
    "Vault refuses a function",
    "vaultFailures is not on",
    ["vault"],
  ],
  [
    "the deployed policies refuse a call",
    ({ run }) => {
      const { judgeCalls } = run;
      run.judgeCalls = async () => ({
        ...(await judgeCalls()),
        mistakes: ["a call was made that is refused: x"],
      });
    },
    "each call, by the deployed policies",
    "a call was made that is refused: x",
  ],
  [
    "no call of a function was recorded",
    ({ run }) => {
      const { judgeCalls } = run;
      run.judgeCalls = async () => ({ ...(await judgeCalls()), calls: 0 });
    },
    "each call, by the deployed policies",
    "no call of a function was recorded",
  ],
  [
    "docs/permissions.md does not allow a call of Terraform",
    ({ run }) => {
      run.judgeDeploys = () => ({ planned: 300, deployed: 900, mistakes: ["a deployer may not"] });
    },
    "each call, by the deployed policies",
    "calls of Terraform:\n  a deployer may not",
  ],
  [
    "no call of a deploy was recorded",
    ({ run }) => {
      run.judgeDeploys = () => ({ planned: 300, deployed: 0, mistakes: [] });
    },
    "each call, by the deployed policies",
    "no call was recorded that deployed",
  ],
  [
    "no call of a plan was recorded",
    ({ run }) => {
      run.judgeDeploys = () => ({ planned: 0, deployed: 900, mistakes: [] });
    },
    "destroy",
    "no call was recorded that planned",
  ],
  [
    "docs/permissions.md does not allow a call of the destroy",
    ({ run, stacks }) => {
      const { destroy } = stacks;
      stacks.destroy = async (...args) => {
        run.judgeDeploys = () => ({ planned: 300, deployed: 901, mistakes: ["a deployer may not"] });
        return await destroy(...args);
      };
    },
    "destroy",
    "calls of Terraform:\n  a deployer may not",
  ],
  [
    "the internet reaches the database",
    ({ run }) => {
      const { connections } = run.comparedNetwork();
      run.comparedNetwork = () => ({ connections, findings: ["the internet reaches the database"] });
    },
    "who reaches whom",
    "the internet reaches the database",
  ],
  [
    "no connection was compared",
    ({ run }) => {
      run.comparedNetwork = () => ({ connections: [], findings: [] });
    },
    "who reaches whom",
    "no connection of the document was compared",
  ],
  [
    "nobody hears of a broken rotation",
    ({ run }) => {
      const { breakRotation } = run;
      run.breakRotation = async (...args) => ({ ...(await breakRotation(...args)), messages: [] });
    },
    "a rotation is broken on purpose",
    "0 messages came of it",
  ],
  [
    "a message does not name the secret",
    ({ run }) => {
      const { breakRotation } = run;
      run.breakRotation = async (...args) => ({ ...(await breakRotation(...args)), secretArn: "arn:other" });
    },
    "a rotation is broken on purpose",
    "the message does not name arn:other",
  ],
  [
    "a broken rotation raises another alarm",
    ({ run }) => {
      const { breakRotation } = run;
      run.breakRotation = async (...args) => ({
        ...(await breakRotation(...args)),
        alarms: ["local-databaseCpu-main"],
      });
    },
    "a rotation is broken on purpose",
    "these alarms are on: local-databaseCpu-main",
  ],
  [
    "something is left",
    ({ run }) => {
      run.leftovers = async () => ["local-native: aws_kms_key.A"];
    },
    "destroy",
    "destroy left:\n  local-native: aws_kms_key.A",
  ],
  [
    "a bad day was none",
    ({ run }) => run.faults.begin(badDay(1)),
    "AWS was late, throttled, and showed old data",
    "never happened:\n  delayed\n  throttled\n  stale\n  refused",
  ],
  [
    "destroy writes a password",
    ({ run, stacks }) => {
      const { destroy } = stacks;
      stacks.destroy = async (...args) => {
        run.searchPasswords = async () => ({ passwords: 4, files: 901, places: ["destroy.log"] });
        return await destroy(...args);
      };
    },
    "",
    "a password is in 1 places:\n  destroy.log",
  ],
];

test.each<Fault>(FAULTS)("the run fails where %s", async (...[_, spoil, stage, message, backends]: Fault) => {
  const spoilt = world(backends);
  spoil(spoilt);

  await expect(play(spoilt)).rejects.toThrow(message);

  const failed = spoilt.said.filter((line) => line.startsWith("✗")).join("");
  expect(failed).toContain(stage && `✗ ${stage}`);
  expect(failed === "").toBe(stage === "");
});

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
