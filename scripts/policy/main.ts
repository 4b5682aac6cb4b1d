import { EnvironmentError } from "../../constructs/environment";
import { takeNoWords } from "../support/words";
import { scanEnvironments } from "./scan";
import { openFindings, problemsOfSuppressions, readSuppressions, SUPPRESSIONS } from "./suppressions";

async function main(): Promise<void> {
  const suppressions = readSuppressions();
  const { passed, findings } = await scanEnvironments(() => console.log("installing checkov, once"));
  const today = new Date().toISOString().slice(0, 10);
  const open = openFindings(findings, suppressions, today);
  const problems = problemsOfSuppressions("synthesized", findings, suppressions, today);

  for (const { check, environment, address, title } of open)
    console.log(`open  ${check} in ${environment}, ${address}: ${title}`);
  console.log(`${passed} checks passed, ${findings.length - open.length} suppressed, ${open.length} open`);
  if (problems.length > 0) throw new EnvironmentError(SUPPRESSIONS, problems);
  if (open.length > 0)
    throw new Error(
      `Repair each cause, or say in ${SUPPRESSIONS} why it stays, who answers for it and until when.`,
    );
}

takeNoWords("policy");
main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
