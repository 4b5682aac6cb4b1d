import type { Rule } from "./rule";

export const actionInvoked: Rule = {
  id: "R24",
  title: "An action runs",
  condition: "the apply invokes a provider's action (`action_invocations`, Terraform 1.14 and later)",
  severity: "medium",
  why: "An action does what no plan shows, and nothing takes it back.",
  plan: ({ actions }) =>
    actions.map(({ address, type, trigger }) => ({
      severity: "medium",
      what: `${address} (${type}) runs${trigger ? ` ${trigger}` : ""}`,
    })),
};
