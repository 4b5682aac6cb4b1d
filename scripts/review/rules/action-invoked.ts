import type { Rule } from "./rule";

export const actionInvoked: Rule = {
  id: "R24",
  title: "An action runs",
  plan: ({ actions }) =>
    actions.map(({ address, type, trigger }) => ({
      severity: "medium",
      what: `${address} (${type}) runs${trigger ? ` ${trigger}` : ""}`,
    })),
};
