import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DOCUMENTS } from "./documents";

for (const [path, write] of Object.entries(DOCUMENTS))
  writeFileSync(join(__dirname, "..", "..", path), write());
