import { readFileSync } from "node:fs";
import { join } from "node:path";
import { settingsDocument } from "../../scripts/docs";
import { root } from "./support/documents";

test("docs/settings.md is what `npm run docs` writes", () => {
  expect(readFileSync(join(root, "docs", "settings.md"), "utf8")).toBe(settingsDocument());
});
