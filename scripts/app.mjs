// What cdktf.json runs: brings dist/ up to date and synthesizes.
import { root } from "./build.mjs";
import { loadApp } from "./load-app.mjs";

const { app, keepCompiled } = await loadApp();
app.main(root);
keepCompiled();
// What V8 still optimises in the background, nobody needs.
process.exit();
