import { providerAddress } from "../../terraform/provider-mirrors";
import type { ConfiguredProvider } from "../plan/change";
import type { Found, Rule } from "./rule";
import { isWritten } from "./support";

export const otherAccount: Rule = {
  id: "R23",
  title: "Another account or Region",
  resource: (change, { provider, deployed }) => {
    const regions = [...provider.regions, ...deployed.regions];
    const region = change.after?.region;
    return isWritten(change) && typeof region === "string" && regions.length > 0 && !regions.includes(region)
      ? [{ severity: "high", what: `it is for the Region ${region}` }]
      : [];
  },
  plan: ({ provider, providers, deployed }) => [
    ...providers.filter(isForAny).map(({ key }) => ({
      severity: "medium" as const,
      what: `the provider ${key} takes any account (allowed_account_ids is not set)`,
    })),
    ...differing("Region", provider.regions, deployed.regions),
    ...differing("account", provider.accounts, deployed.accounts),
  ],
};

function isForAny({ fullName, configured }: ConfiguredProvider): boolean {
  return fullName === providerAddress("aws") && !configured.includes("allowed_account_ids");
}

function differing(word: string, set: readonly string[], deployed: readonly string[]): Found[] {
  const others = set.filter((one) => !deployed.includes(one));
  if (deployed.length === 0 || others.length === 0) return [];
  const severity = others.length === set.length ? "block" : "high";
  return [
    { severity, what: `the provider's ${word} is ${set.join(", ")}, deployed is ${deployed.join(", ")}` },
  ];
}
