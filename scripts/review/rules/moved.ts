import type { Rule } from "./rule";

export const moved: Rule = {
  id: "R15",
  title: "Moved, imported or forgotten",
  condition: "a resource has another address, comes from outside, or is left to itself (medium)",
  severity: "medium",
  why: "Nothing happens to the resource, but Terraform looks after it in another place; or nobody does any longer.",
  resource: ({ previousAddress, imported, kind }) => [
    ...(previousAddress ? [{ severity: "notice" as const, what: `it was ${previousAddress}` }] : []),
    ...(imported ? [{ severity: "notice" as const, what: "it is imported" }] : []),
    ...(kind === "forget"
      ? [{ severity: "medium" as const, what: "Terraform forgets it: no plan shows what happens to it" }]
      : []),
  ],
};
