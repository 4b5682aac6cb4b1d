import { type Progress, seconds } from "../../scripts/support/progress";
import type { ProviderSource } from "../../scripts/terraform/provider-source";
import type { RunReport } from "./report";
import { consumersConnect, type Deployed, type PasswordProof, provePasswords, rotateAll } from "./rotations";
import type { LocalRun } from "./run";

export interface StagesOptions {
  readonly progress: Progress;
  readonly run: LocalRun;
  /** Called when everything is proved and before anything is destroyed. */
  readonly beforeDestroy: () => Promise<void>;
}

/** How often each secret is rotated: users that alternate are back at the first one with the third rotation. */
const ROTATIONS = 3;

/** The story of the run after everything is started. Throws where something does not hold. */
export async function playStages(options: StagesOptions): Promise<Omit<RunReport, "totalMs">> {
  const { progress, run } = options;
  const waits = { deploy: 0, destroy: 0 };

  const resources = await progress.stage("deploy", async (detail) => {
    const done = await run.deploy((so) => detail(`${so.resources} resources`));
    waits.deploy = done.databaseWaitMs;
    detail(`${done.resources} resources, ${seconds(done.databaseWaitMs)} of it waiting for RDS`);
    return done.resources;
  });
  const deployed = await progress.stage("database gets its superuser's password", async (detail) => {
    detail("as RDS does");
    return await run.deployed();
  });
  const proof = await rotateAndProve(progress, run, deployed);
  const { inUse, left } =
    run.backend === "both" ? await moveToVault(progress, run, deployed) : { inUse: deployed, left: 0 };
  await progress.stage("plan after rotation", async (detail) => {
    const stacks = run.synthesized();
    await Promise.all(stacks.map((stack) => run.planClean(stack)));
    detail(`no changes in ${stacks.length} stacks`);
  });
  await progress.stage("search every file for every password", async (detail) => {
    await run.collectPasswords([inUse.store]);
    const { files, places } = await run.searchPasswords();
    detail(`${run.passwords.size} passwords, ${files} files, ${places.length} places`);
  });
  await options.beforeDestroy();
  const destroyed = await progress.stage("destroy", async (detail) => {
    const done = await run.destroy((so) => detail(`${so.resources} resources`));
    waits.destroy = done.databaseWaitMs;
    await run.nothingLeft();
    detail(`nothing left, ${seconds(done.databaseWaitMs)} of it waiting for RDS`);
    return done.resources + left;
  });
  // Again, with what destroy wrote.
  const { files, places } = await run.searchPasswords();
  const databaseWaitMs = waits.deploy + waits.destroy;
  const secrets = deployed.store.secrets.length;
  const rotations = secrets * ROTATIONS;
  return { resources, destroyed, secrets, rotations, ...proof, files, places, databaseWaitMs };
}

async function rotateAndProve(progress: Progress, run: LocalRun, deployed: Deployed): Promise<PasswordProof> {
  const secrets = deployed.store.secrets.length;
  const [first, next] =
    run.backend === "vault"
      ? ["users are made, Vault gets their passwords", "passwords are changed twice, in Vault too"]
      : ["first rotation makes the database users", "second and third rotation"];
  await progress.stage(first, async (detail) => {
    await rotateAll(deployed);
    detail(`${secrets} secrets`);
  });
  await progress.stage("functions read their secret and connect", async (detail) => {
    detail((await consumersConnect(deployed)).join(", "));
  });
  await progress.stage(next, async (detail) => {
    for (let rotation = 2; rotation <= ROTATIONS; rotation += 1) await rotateAll(deployed);
    detail(`${secrets * (ROTATIONS - 1)} rotations`);
  });
  const proof = await progress.stage("old passwords refused, new ones accepted", async (detail) => {
    const proved = await provePasswords(deployed);
    detail(`${proved.refused.held} refused, ${proved.accepted.held} accepted`);
    return proved;
  });
  await progress.stage("functions read their secret again and connect", async (detail) => {
    detail((await consumersConnect(deployed)).join(", "));
  });
  return proof;
}

/** The steps of the README from one backend to the other; `left` is how many resources the first one was. */
async function moveToVault(
  progress: Progress,
  run: LocalRun,
  deployed: Deployed,
): Promise<{ inUse: Deployed; left: number }> {
  const moved = await progress.stage("deploy with Vault as primary", async (detail) => {
    detail("secrets copied");
    return await run.moveToVault(deployed);
  });
  await progress.stage("functions read from Vault and connect", async (detail) => {
    detail((await consumersConnect(moved)).join(", "));
  });
  await run.collectPasswords([deployed.store, moved.store]);
  const left = await progress.stage("native backend destroyed, Vault alone", async (detail) => {
    const destroyed = await run.leaveNative((so) => detail(`${so.resources} resources`));
    detail(`${destroyed} resources destroyed`);
    return destroyed;
  });
  await progress.stage("functions still read and connect", async (detail) => {
    detail((await consumersConnect(moved)).join(", "));
  });
  return { inUse: moved, left };
}

/** Where the provider comes from, in a line for people. */
export function describeProvider(source: ProviderSource): string {
  const where = source.kind === "mirror" ? `the mirror in ${source.directory}` : "the public registry";
  return `AWS provider ${source.awsVersion} from ${where}`;
}
