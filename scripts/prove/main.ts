import { OUTPUT } from "../deploy/synthesize";
import { runCommand } from "./command";
import { selected } from "./selected";

// Node 20 is good for what this does; the AWS SDK would say otherwise in the middle of a question.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

void runCommand(process.argv.slice(2), selected(OUTPUT)).then((code) => process.exit(code));
