// npm run review -- <plan.json>...
import { createRequire } from "node:module";
import { join } from "node:path";
import { buildReview, root } from "./build/main.mjs";

await buildReview();
createRequire(import.meta.url)(join(root, "dist", "review.js"));
