import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { environmentJsonSchema } from "../constructs/environment";
import { takeNoWords } from "./support/words";

takeNoWords("schema");
const file = join(__dirname, "..", "environments", "schema.json");
writeFileSync(file, `${JSON.stringify(environmentJsonSchema(), null, 2)}\n`);
