import { tmpdir } from "node:os";
import { type MotoNursery, startMotoNursery } from "../../testbed/aws/moto-nursery";

let nursery: MotoNursery | undefined;

/** All tests, and what they start, have their moto servers from one nursery. */
export async function startNursery(): Promise<void> {
  nursery = await startMotoNursery(tmpdir(), () => console.log("installing moto, once"));
  Object.assign(process.env, nursery?.variables);
}

export async function stopNursery(): Promise<void> {
  await nursery?.stop();
  nursery = undefined;
}
