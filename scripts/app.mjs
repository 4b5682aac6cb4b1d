// What cdktf.json runs: brings dist/ up to date and synthesizes.
import { root } from "./build/main.mjs";
import { loadApp } from "./load-app.mjs";

const { app, keepCompiled } = await loadApp();
process.chdir(root);
app.main();
// After a failure, what a synth needs would not be in it.
if (!process.exitCode) {
  keepCompiled();
  // Node would wait for V8's garbage collector, which has begun to mark: 7 % of a synth.
  process.exit();
}
