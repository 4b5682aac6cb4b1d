import { parse } from "node:path";
import { runCommand } from "../../../../scripts/deploy/command";

/** What main.ts is, on stacks that are synthesized already: `command.ts <folder> <words>`. */
const [folder = "", ...words] = process.argv.slice(2);

if (parse(folder).base !== "cdktf.out") throw new Error("the first argument is the folder of the stacks");
const { ENVIRONMENT: environment = "test" } = process.env;
void runCommand(words, async () => ({ folder, environment })).then((code) => process.exit(code));
