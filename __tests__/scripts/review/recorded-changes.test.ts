import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { environmentOf, synthesizeTo } from "../../../scripts/support/shipped-environments";
import { CHANGES } from "./recording/changes";
import { recordedText } from "./recording/files";
import { recordedSettings, recordedSettingsWithVault } from "./recording/prod";
import type { RawPlan } from "./recording/trimmed";
import { waves } from "./recording/waves";

let folder: string;
let stacks: ReadonlyMap<string, string>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "recorded-"));
  const stacksOf = (name: string, settings: () => object) =>
    synthesizeTo(join(folder, name), environmentOf("prod", settings)).map(
      (stack) =>
        [basename(stack).replace("prod-", ""), readFileSync(join(stack, "cdk.tf.json"), "utf8")] as const,
    );
  const withVault = stacksOf("vault", () => recordedSettingsWithVault()).filter(([name]) => name === "vault");
  stacks = new Map([...stacksOf("native", recordedSettings), ...withVault]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Nothing of prod is recorded again by the tests, so a plan could be of what prod no longer is. */
test.each(CHANGES.map((one) => [one.name, one] as const))(
  "can be made in today's prod, and touches what was recorded: %s",
  (_, change) => {
    const [[touching] = []] = waves(String(stacks.get(change.stack)), [change]);
    const touched = [...(touching?.touched ?? [])];
    expect(touched).not.toEqual([]);
    const { resource_changes: recorded, output_changes: outputs = {} } = JSON.parse(
      recordedText(change),
    ) as RawPlan;
    const addresses = recorded
      .filter(({ change: { actions }, previous_address: moved }) => moved || String(actions) !== "no-op")
      .map(({ address }) => address);
    expect(touched).toEqual(
      expect.arrayContaining([...addresses, ...Object.keys(outputs).map((name) => `output.${name}`)]),
    );
  },
);
