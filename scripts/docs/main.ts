import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { takeNoWords } from "../support/words";
import { DOCUMENTS } from "./documents";

takeNoWords("docs");
for (const [path, write] of Object.entries(DOCUMENTS))
  writeFileSync(join(__dirname, "..", "..", path), write());
