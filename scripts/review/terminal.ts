import { visible } from "./markdown/escape";
import type { Counts, Review, Verdict } from "./review";

const VERDICTS: Readonly<Record<Verdict, string>> = {
  safe: "no known risk",
  owner: "an owner has to agree",
  blocked: "blocked",
};

/** The verdict in a few words. */
export function verdictWords(verdict: Verdict): string {
  return VERDICTS[verdict];
}

/** The review for a terminal that shows Terraform's plan already: the verdict, and a line for each risk. */
export function terminalLines({ verdict, risks, counts, digest }: Review): string {
  const rows = risks.map(({ severity, rule, title, stack, address, what }) =>
    // No colons: after a name that ends in "secret", what follows would look like its value.
    visible(`  ${severity.padEnd(6)}  ${rule} ${title} | ${address ?? stack} | ${what}`),
  );
  return [`Review: ${VERDICTS[verdict]}. ${countsText(counts)}. Digest ${digest}`, ...rows].join("\n");
}

function countsText({ create, update, replace, delete: gone, forget }: Counts): string {
  return `Create ${create}, update ${update}, replace ${replace}, destroy ${gone}, forget ${forget}`;
}
