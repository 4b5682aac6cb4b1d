import type { StagedRun } from "../../../../testbed/local/stages";
import { play, type World, world } from "./staged-world";

/** What goes wrong, and which stage fails with what. */
type Fault = [
  what: string,
  spoil: (world: World) => void,
  stage: string,
  message: string,
  backends?: StagedRun["backends"],
];

/** A test for each fault: that stage of the run fails, or with `""` what is between stages. */
export function failsWhere(faults: readonly Fault[]): void {
  for (const [what, spoil, stage, message, backends] of faults)
    test(`the run fails where ${what}`, async () => {
      const spoilt = world(backends);
      spoil(spoilt);

      await expect(play(spoilt)).rejects.toThrow(message);

      const failed = spoilt.said.filter((line) => line.startsWith("✗")).join("");
      expect(failed).toContain(stage && `✗ ${stage}`);
      expect(failed === "").toBe(stage === "");
    });
}
