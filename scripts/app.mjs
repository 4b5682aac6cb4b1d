// What cdktf.json runs: brings dist/ up to date and synthesizes.
import { createRequire } from "node:module";
import { join } from "node:path";
import { build, root } from "./build.mjs";

await build();
createRequire(import.meta.url)(join(root, "dist", "main.js")).main(root);
