import { badDay } from "../../../testbed/aws/faults/bad-day";
import type { DeployedAlarm } from "../../../testbed/operations/alarms";
import { failsWhere } from "./support/faults";
import { answering } from "./support/staged-world";

/** Whoever is on call hears of what is broken; plans, requests, policies and files are judged; all is destroyed. */
failsWhere([
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
      const change = { address: "aws_kms_key.A", actions: ["update"], attributes: ["policy"] };
      stacks.planChanges = async () => new Map([["local-native", [change]]]);
    },
    "plan after rotation",
    "the plan of local-native has changes:\n  update aws_kms_key.A (policy)",
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
      run.searchPasswords = async () => ({ passwords: 4, files: 900, places: ["the state", "a log"] });
    },
    "search every file",
    "a password is in 2 places:\n  the state\n  a log",
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
]);
