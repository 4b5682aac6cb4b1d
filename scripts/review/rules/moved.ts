import type { Rule } from "./rule";

export const moved: Rule = {
  id: "R15",
  title: "Moved, imported or forgotten",
  condition: "a resource has another address, comes from outside, or is left to itself",
  severity: "notice",
  why: "Nothing happens to the resource, but Terraform looks after it in another place, or no longer.",
  resource: ({ previousAddress, imported, kind }) => [
    ...(previousAddress ? [{ severity: "notice" as const, what: `it was ${previousAddress}` }] : []),
    ...(imported ? [{ severity: "notice" as const, what: "it is imported" }] : []),
    ...(kind === "forget"
      ? [{ severity: "notice" as const, what: "Terraform forgets it; it stays in AWS" }]
      : []),
  ],
};
