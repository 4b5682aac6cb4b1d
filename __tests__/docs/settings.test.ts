import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadEnvironment } from "../../constructs/environment";
import { blocksOf, root } from "./support/documents";

test("the problems that docs/settings.md shows are reported so", () => {
  const settings = JSON.parse(readFileSync(join(root, "environments", "dev.json"), "utf8"));
  const secrets = [{ ...settings.secrets[0], shedule: "rate(1 day)" }];
  const folder = mkdtempSync(join(tmpdir(), "settings-"));
  mkdirSync(join(folder, "environments"));
  const file = join(folder, "environments", "staging.json");
  writeFileSync(file, JSON.stringify({ ...settings, account: "1234", secrets }));

  const shown = blocksOf("text")
    .find(({ place }) => place.startsWith("docs/settings.md:"))
    ?.code.trimEnd();
  expect(shown).toMatch(/problems/);
  expect(() => loadEnvironment("staging", { root: folder, variables: {} })).toThrow(shown);
});
