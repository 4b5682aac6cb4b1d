import type { Rule } from "./rule";

export const moved: Rule = {
  id: "R15",
  title: "Moved, imported or forgotten",
  resource: ({ previousAddress, imported, kind }) => [
    ...(previousAddress ? [{ severity: "notice" as const, what: `it was ${previousAddress}` }] : []),
    ...(imported ? [{ severity: "notice" as const, what: "it is imported" }] : []),
    ...(kind === "forget"
      ? [{ severity: "medium" as const, what: "Terraform forgets it: no plan shows what happens to it" }]
      : []),
  ],
};
