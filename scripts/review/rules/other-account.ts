import type { Found, Rule } from "./rule";

export const otherAccount: Rule = {
  id: "R23",
  title: "Another account or Region",
  condition: "the provider is for another Region or account than what is deployed",
  severity: "block",
  why: "Terraform would not find what is deployed, and would make all of it a second time.",
  plan: ({ provider, deployed }) => [
    ...differing("Region", provider.regions, deployed.regions),
    ...differing("account", provider.accounts, deployed.accounts),
  ],
};

function differing(word: string, set: readonly string[], deployed: readonly string[]): Found[] {
  if (set.length === 0 || deployed.length === 0 || set.some((one) => deployed.includes(one))) return [];
  return [
    {
      severity: "block",
      what: `the provider's ${word} is ${set.join(", ")}, deployed is ${deployed.join(", ")}`,
    },
  ];
}
