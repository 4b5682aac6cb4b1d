import { rmSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { loadEnvironment } from "../../constructs/environment";
import { CiStack } from "../../constructs/stacks/ci-stack";
import { runCommand } from "../deploy/command";

/** Beside cdktf.out: the platform's stacks are others' matter. */
const OUTPUT = join(__dirname, "..", "..", "cdktf.out.ci");

/** `npm run roles:diff`, `roles:deploy`, `roles:destroy`: these commands for the roles of an environment's pipeline. */
void runCommand(process.argv.slice(2), async () => {
  const environment = loadEnvironment();
  rmSync(OUTPUT, { recursive: true, force: true });
  const app = new App({ outdir: OUTPUT, stackTraces: false });
  new CiStack(app, `${environment.name}-ci`, { platform: { environment } });
  app.synth();
  return { folder: OUTPUT, environment: environment.name };
}).then((code) => process.exit(code));
