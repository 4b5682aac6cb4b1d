import type { App } from "cdktf";
import type { SecretsPlatform } from "./index";

/** Stacks of your own, beside those of the environment. This file is yours: docs/your-function.md has an example. */
export function addStacks(_app: App, _platform: SecretsPlatform): void {}
