import { root, setting } from "./places";
import { type Rule, rule } from "./rule";

export const providerRules: readonly Rule[] = [
  rule(setting(root, "providerVersion"), {
    when: ({ emulator }) => !emulator,
    must: "only an environment with an emulator may choose another provider version than the pinned one",
    fix: "remove it, or change the version of @cdktf/provider-aws in package.json",
  }),
];
