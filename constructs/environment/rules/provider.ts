import { place, type Rule, rule } from "./rule";

export const providerRules: readonly Rule[] = [
  rule({
    where: ({ emulator, providerVersion }) => (emulator ? [] : place(providerVersion, "providerVersion")),
    must: "only an environment with an emulator may choose another provider version than the pinned one",
    fix: "remove it, or change the version of @cdktf/provider-aws in package.json",
  }),
];
