import type { Rule } from "./rule";
import { isWritten } from "./support";

/** Types of data sources, resources and ephemeral resources that run or call something while Terraform works. */
const CALLING =
  /^(external|http|null_resource|aws_lambda_invocation|aws_ssm_(association|command)|local_|shell_|terracurl_)/;

export const programRun: Rule = {
  id: "R26",
  title: "Terraform runs a program",
  resource: (change) =>
    CALLING.test(change.type) && isWritten(change)
      ? [{ severity: "high", what: `${change.type} runs or calls something` }]
      : [],
  plan: ({ configured }) =>
    configured.flatMap(({ address, type, mode, provisioners }) => [
      ...provisioners.map((one) => ({
        severity: "block" as const,
        what: `${address} has a provisioner: ${one}`,
      })),
      ...(mode !== "managed" && CALLING.test(type)
        ? [{ severity: "high" as const, what: `${address} runs or calls something while it is read` }]
        : []),
    ]),
};
