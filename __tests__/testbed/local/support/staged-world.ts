import { prove } from "../../../../scripts/prove/proof";
import { Progress } from "../../../../scripts/support/progress";
import { Faults } from "../../../../testbed/aws/faults/faults";
import type { Deployment } from "../../../../testbed/local/deployment";
import type { SecretVersion } from "../../../../testbed/local/secret-store";
import { playStages, type StagedRun } from "../../../../testbed/local/stages";
import type { DeployedAlarm } from "../../../../testbed/operations/alarms";
import { describeChange } from "../../../../testbed/terraform/plan-changes";

type Spoilable<Value> = { -readonly [Name in keyof Value]: Value[Name] };

export interface World {
  run: Spoilable<StagedRun>;
  stacks: Spoilable<StagedRun["stacks"]>;
  deployment: Spoilable<Deployment>;
  store: Spoilable<Deployment["store"]>;
  readonly versions: SecretVersion[];
  readonly said: string[];
}

export const HEALTH = "arn:aws:lambda:ap-northeast-2:123456789012:function:main-health";
export const QUOTAS = "arn:aws:lambda:ap-northeast-2:123456789012:function:quota-monitor";
const FINDING = "orders (login): refused. Rotate the secret. Runbook: docs/operations.md#credentialfindings";

export const answered = (result: unknown) => ({ result, durationMs: 1, log: "the log" });

/** The runner, but for what one function answers. */
export function answering(
  { runner }: Pick<Deployment, "runner">,
  spoilt: string,
  answer: Awaited<ReturnType<Deployment["runner"]["invoke"]>>,
): Deployment["runner"] {
  return { invoke: async (name, event) => (name === spoilt ? answer : await runner.invoke(name, event)) };
}

/** A run in memory, of one secret, in which everything is as it must be. */
export function world(backends: StagedRun["backends"] = ["native"]): World {
  const versions: SecretVersion[] = [{ id: "v0", current: true, fields: { username: "orders" } }];
  const store: World["store"] = {
    secrets: ["orders"],
    rotator: () => "rotation-main",
    async rotate() {
      for (const [at, version] of versions.entries()) versions[at] = { ...version, current: false };
      const id = `v${versions.length}`;
      versions.push({ id, current: true, fields: { username: "orders", password: `password of ${id}` } });
      return "rotation-main";
    },
    versions: async () => versions,
  };
  let wasBroken = false;
  const newest = () => versions.at(-1);
  const deployment: World["deployment"] = {
    functions: [{ name: "local-orders", secret: "orders" }],
    store,
    source: "secrets-manager",
    onCall: {
      alarms: async () =>
        wasBroken ? [{ alarm_name: "local-credentialsFailing-main" } as DeployedAlarm] : [],
      messagesOfFailedRotation: async () => broken.messages,
      messagesOfAnswer: async (functionArn) =>
        wasBroken && functionArn.endsWith("main-health") ? [FINDING] : [],
    },
    schedules: async () => [
      { functionArn: HEALTH, event: { secrets: ["orders"] } },
      { functionArn: QUOTAS, event: {} },
      { functionArn: "arn:aws:lambda:ap-northeast-2:123456789012:function:rotation-main", event: {} },
    ],
    runner: {
      async invoke(name) {
        if (name === HEALTH) return answered({ checked: 1, unhealthy: wasBroken ? 1 : 0 });
        if (name === QUOTAS) return answered([{}, {}, {}]);
        const result = {
          databaseUser: "orders",
          secretVersion: newest()?.id,
          secretSource: deployment.source,
        };
        return answered(result);
      },
    },
    databases: new Map([
      [
        "orders",
        { product: "PostgreSQL", logsIn: async (its) => its.password === newest()?.fields.password },
      ],
    ]),
  };
  const broken = {
    secret: "orders",
    secretArn: "arn:orders",
    failure: "setSecret of arn:orders failed",
    messages: ["RotationFailed of arn:orders; docs/operations.md#rotationfailed"],
    alarms: ["local-rotationErrors-main"],
  };
  const finished = { resources: 5, databaseWaits: [] };
  const stacks: World["stacks"] = {
    deploy: async () => finished,
    destroy: async () => finished,
    planChanges: async () => new Map([["local-native", []]]),
  };
  const run: World["run"] = {
    backends,
    products: ["PostgreSQL"],
    faults: new Faults(0),
    stacks,
    deployment: async () => deployment,
    prove: async (progress) =>
      await prove({
        progress,
        deployed: {
          secretArns: { orders: "arn:orders" },
          readers: deployment.functions.map(({ name }) => ({ functionName: name, logsIn: true })),
          otherFunctions: [],
          healthChecks: [{ functionName: HEALTH, secrets: ["orders"] }],
          databaseLogs: [],
        },
        account: {
          secret: async () => ({ current: newest()?.id, rotated: versions.length > 1 }),
          rotate: async () => void (await store.rotate("orders")),
          call: async (name, event) => (await deployment.runner.invoke(name, event)).result,
          logLines: async () => [],
        },
        planned: async () => [...(await stacks.planChanges()).values()].flat().map(describeChange),
        since: new Date(0),
        patienceMs: 100,
        pauseMs: 1,
      }),
    async breakRotation() {
      wasBroken = true;
      return broken;
    },
    async sealNode(_, meanwhile) {
      await meanwhile();
      return ["local-vaultSealed", "local-vaultNoLeader"];
    },
    refuseFunction: async () => ({
      failure: "refused",
      alarms: [{ alarm_name: "local-vaultFailures", alarm_description: "Vault is sealed" } as DeployedAlarm],
    }),
    comparedNetwork: () => ({
      connections: [{ from: "functions", to: "database", traffic: () => [] }],
      findings: [],
    }),
    judgeCalls: async () => ({ calls: 9, implied: 3, refused: 900, mistakes: [] }),
    judgeDeploys: () => ({ planned: 300, deployed: 900, mistakes: [] }),
    async moveToVault() {
      deployment.source = "vault-proxy";
      return deployment;
    },
    leaveNative: async () => 3,
    collectPasswords: async () => {},
    searchPasswords: async () => ({ passwords: 4, files: 900, places: [] }),
    checkedRequests: async () => ({ checked: { kms: 9 }, violations: [], unknownToEmulator: [] }),
    leftovers: async () => [],
  };
  return { run, stacks, deployment, store, versions, said: [] };
}

export async function play({ run, said }: World, beforeDestroy = async () => {}) {
  const progress = new Progress({ write: (text: string) => said.push(text) }, {});
  return await playStages({ progress, run, beforeDestroy });
}
