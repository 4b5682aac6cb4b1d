import { type Progress, seconds } from "../../scripts/support/progress";
import { describeFaults } from "../aws/faults/faults";
import {
  checkBroken,
  checkCalls,
  checkCoverage,
  checkDeploys,
  checkFaults,
  checkFinding,
  checkGoOff,
  checkHealthy,
  checkLeaks,
  checkNetwork,
  checkNoAlarm,
  checkNothingLeft,
  checkPasswords,
  checkPlans,
  checkProof,
  checkRead,
  checkRefused,
  checkRotatedBy,
  checkTaken,
  type PasswordCounts,
} from "./checks";
import { callScheduled, type Deployment, invokeAll, productsOf, rotateAll, tryPasswords } from "./deployment";
import { databaseWaitMs } from "./finished-resources";
import type { RunReport } from "./report";
import type { LocalRun } from "./run";
import type { LocalStacks } from "./stacks";

/** What the stages do to a run, and observe of it. */
export type StagedRun = Pick<
  LocalRun,
  | "backends"
  | "faults"
  | "products"
  | "deployment"
  | "prove"
  | "breakRotation"
  | "sealNode"
  | "refuseFunction"
  | "judgeCalls"
  | "judgeDeploys"
  | "comparedNetwork"
  | "moveToVault"
  | "leaveNative"
  | "collectPasswords"
  | "searchPasswords"
  | "checkedRequests"
  | "leftovers"
> & { readonly stacks: Pick<LocalStacks, "deploy" | "destroy" | "planChanges"> };

export interface StagesOptions {
  readonly progress: Progress;
  readonly run: StagedRun;
  /** Called when everything is proved and before anything is destroyed. */
  readonly beforeDestroy: () => Promise<void>;
}

/** How often each secret is rotated: users that alternate are back at the first one with the third rotation. */
const ROTATIONS = 3;

/** The story of the run after everything is started. Throws where something is not as it must be. */
export async function playStages(options: StagesOptions): Promise<Omit<RunReport, "totalMs">> {
  const { progress, run } = options;

  const made = await progress.stage("deploy", async (detail) => {
    const done = await run.stacks.deploy(({ resources }) => detail(`${resources} resources`));
    detail(`${done.resources} resources, ${seconds(databaseWaitMs(done))} of it waiting for RDS`);
    return done;
  });
  const deployment = await progress.stage("databases get their superusers' passwords", async (detail) => {
    detail("as RDS does");
    return await run.deployment();
  });
  const counts = await rotateAndProve(progress, run, deployment);
  const secrets = deployment.store.secrets.length;
  const rotations = secrets * ROTATIONS;
  const { inUse, left } =
    run.backends.length > 1 ? await moveToVault(progress, run, deployment) : { inUse: deployment, left: 0 };
  await credentialsAreHealthy(progress, "the same checks after all rotations", inUse);
  // Of the native backend alone, the proof has planned since the last rotation.
  if (run.backends.join() !== "native") {
    await progress.stage("plan after rotation", async (detail) => {
      const plans = await run.stacks.planChanges();
      checkPlans(plans);
      detail(`no changes in ${plans.size} stacks`);
    });
  }
  await run.collectPasswords([inUse.store]);
  await progress.stage("search every file for every password", async (detail) => {
    const search = await run.searchPasswords();
    checkLeaks(search, rotations);
    detail(`${search.passwords} passwords, ${search.files} files, in none`);
  });
  await progress.stage("alarms", async (detail) => {
    checkNoAlarm(await inUse.onCall.alarms());
    detail("none is on");
  });
  await options.beforeDestroy();
  if (run.backends.join() === "native") await breakOnPurpose(progress, run, inUse);
  else await breakVault(progress, run, inUse);
  const gone = await progress.stage("destroy", async (detail) => {
    const done = await run.stacks.destroy(({ resources }) => detail(`${resources} resources`));
    checkNothingLeft(await run.leftovers());
    // Again, with those of the destroy.
    checkDeploys(run.judgeDeploys(), "deployed", "planned");
    detail(`nothing left, ${seconds(databaseWaitMs(done))} of it waiting for RDS`);
    return done;
  });
  await progress.stage("AWS would take every request", async (detail) => {
    const requests = await run.checkedRequests();
    checkTaken(requests);
    const counts = Object.values(requests.checked);
    detail(`${counts.reduce((sum, count) => sum + count, 0)} requests of ${counts.length} services`);
  });
  if (run.faults.hasBegun)
    await progress.stage("AWS was late, throttled, and showed old data", async (detail) => {
      checkFaults(run.faults.counts);
      detail(describeFaults(run.faults));
    });
  // Again, with what destroy wrote.
  const { passwords, files, places } = await run.searchPasswords();
  checkLeaks({ passwords, files, places }, rotations);
  return {
    products: run.products,
    resources: made.resources,
    destroyed: gone.resources + left,
    secrets,
    rotations,
    ...counts,
    passwords,
    files,
    databaseWaitMs: databaseWaitMs(made) + databaseWaitMs(gone),
  };
}

async function rotateAndProve(
  progress: Progress,
  run: StagedRun,
  deployment: Deployment,
): Promise<PasswordCounts> {
  const { store } = deployment;
  checkCoverage(run.products, "secret is", productsOf(deployment, store.secrets));
  const first =
    run.backends[0] === "vault"
      ? "users are made, Vault gets their passwords"
      : "first rotation makes the database users";
  await progress.stage(first, async (detail) => {
    await rotate(deployment);
    detail(`${store.secrets.length} secrets`);
  });
  const readers = deployment.functions.map(({ secret }) => secret);
  checkCoverage(run.products, "function connects", productsOf(deployment, readers));
  await functionsConnect(progress, "functions read their secret and connect", deployment);
  await credentialsAreHealthy(progress, "checks of credentials and quotas, as scheduled", deployment);
  if (run.backends[0] === "native")
    await progress.stage(
      "npm run prove",
      async (detail) => {
        const stages = await run.prove(progress);
        checkProof(stages);
        detail(`${stages.length} stages held`);
      },
      false,
    );
  else
    await progress.stage("passwords are changed twice, in Vault too", async (detail) => {
      for (let rotation = 2; rotation <= ROTATIONS; rotation += 1) await rotate(deployment);
      detail(`${store.secrets.length * (ROTATIONS - 1)} rotations`);
    });
  const counts = await progress.stage("old passwords refused, new ones accepted", async (detail) => {
    const each = await Promise.all(
      store.secrets.map(async (secret) =>
        checkPasswords(secret, await tryPasswords(deployment, secret), ROTATIONS),
      ),
    );
    const accepted = each.reduce((sum, one) => sum + one.accepted, 0);
    const refused = each.reduce((sum, one) => sum + one.refused, 0);
    detail(`${refused} refused, ${accepted} accepted`);
    return { accepted, refused };
  });
  await functionsConnect(progress, "functions read their secret again and connect", deployment);
  await progress.stage("each call, by the deployed policies", async (detail) => {
    const judged = await run.judgeCalls();
    checkCalls(judged);
    const { calls, implied, refused } = judged;
    const deploys = run.judgeDeploys();
    checkDeploys(deploys, "deployed");
    const { planned, deployed } = deploys;
    const terraforms = `${deployed} calls of deploys and ${planned} of plans`;
    detail(
      `${calls} calls and ${implied} implied ones allowed, ${refused} others refused; ${terraforms} allowed`,
    );
  });
  await progress.stage("who reaches whom, as the document says", async (detail) => {
    const network = run.comparedNetwork();
    checkNetwork(network);
    detail(`${network.connections.length} connections, and no other`);
  });
  return counts;
}

async function rotate(deployment: Deployment): Promise<void> {
  for (const [secret, rotatedBy] of await rotateAll(deployment))
    checkRotatedBy(secret, rotatedBy, deployment.store.rotator(secret));
}

async function functionsConnect(progress: Progress, title: string, deployment: Deployment): Promise<void> {
  await progress.stage(title, async (detail) => {
    const users = (await invokeAll(deployment)).map((read) => `${read.functionName} is ${checkRead(read)}`);
    detail(users.join(", "));
  });
}

async function credentialsAreHealthy(
  progress: Progress,
  title: string,
  deployment: Deployment,
): Promise<void> {
  await progress.stage(title, async (detail) => {
    checkHealthy(await callScheduled(deployment), deployment.store.secrets.length);
    detail("no finding");
  });
}

/** Shows what whoever is on call gets, and the remedy that it leads to. */
async function breakOnPurpose(progress: Progress, run: StagedRun, deployment: Deployment): Promise<void> {
  const broken = await progress.stage("a rotation is broken on purpose", async (detail) => {
    const result = await run.breakRotation(deployment);
    checkBroken(result);
    detail(`alarm ${result.alarms.join(", ")}, and a message`);
    return result;
  });
  const [message = ""] = broken.messages;
  for (const line of [...message.split("\n"), `The log: ${broken.failure}`]) progress.say(`  ${line}`);
  const finding = await progress.stage("the check of credentials finds it", async (detail) => {
    const calls = await callScheduled(deployment);
    const alarms = await deployment.onCall.alarms();
    detail(`alarm ${alarms.map(({ alarm_name }) => alarm_name).join(", ")}, and a message`);
    return checkFinding(calls, deployment.store.secrets.length, broken.secret, alarms);
  });
  for (const line of finding.split("\n")) progress.say(`  ${line}`);
}

/** Shows what a sealed node and a function that Vault refuses are to whoever is on call. */
async function breakVault(progress: Progress, run: StagedRun, deployment: Deployment): Promise<void> {
  await progress.stage("a node of Vault is sealed on purpose", async (detail) => {
    const alarms = await run.sealNode(deployment, async () => {
      for (const read of await invokeAll(deployment)) checkRead(read);
    });
    checkGoOff(alarms, ["vaultNoLeader", "vaultSealed"]);
    checkNoAlarm(await deployment.onCall.alarms());
    detail(`alarm ${alarms.join(", ")}, none any more once it is unsealed; functions connect meanwhile`);
  });
  const description = await progress.stage("Vault refuses a function on purpose", async (detail) => {
    const refused = await run.refuseFunction(deployment);
    const said = checkRefused(refused);
    detail(`alarm ${refused.alarms.map(({ alarm_name }) => alarm_name).join(", ")}`);
    return said;
  });
  progress.say(`  ${description}`);
}

/** The documented steps from one backend to the other; `left` is how many resources the first one was. */
async function moveToVault(
  progress: Progress,
  run: StagedRun,
  deployment: Deployment,
): Promise<{ inUse: Deployment; left: number }> {
  const moved = await progress.stage("deploy with Vault first", async (detail) => {
    detail("secrets copied");
    return await run.moveToVault(deployment);
  });
  await functionsConnect(progress, "functions read from Vault and connect", moved);
  await run.collectPasswords([deployment.store, moved.store]);
  const left = await progress.stage("native backend destroyed, Vault alone", async (detail) => {
    const destroyed = await run.leaveNative(({ resources }) => detail(`${resources} resources`));
    detail(`${destroyed} resources destroyed`);
    return destroyed;
  });
  await functionsConnect(progress, "functions still read and connect", moved);
  return { inUse: moved, left };
}
