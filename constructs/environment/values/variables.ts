import * as z from "zod";
import { VARIABLE } from "../../../lambda/secret-reader/contract/variables";
import { message } from "./format";

const NAME = /^[A-Za-z]\w+$/;

/** What granting a secret to a function sets, and what Lambda sets or reads to work at all. */
const SET_BY_US = new RegExp(
  `^(${Object.values(VARIABLE).join("|")}|VAULT_\\w*|VLE_\\w*|SECRETS_MANAGER_TTL|PARAMETERS_SECRETS_EXTENSION_\\w*)$`,
);
/** AWS Lambda Developer Guide, "Defined runtime environment variables". Layers that trace need the exceptions. */
const KEPT_BY_LAMBDA = /^(AWS_(?!LAMBDA_EXEC_WRAPPER$|XRAY_)|LAMBDA_)/;

/** Environment variables of a function. `rules/functions.ts` checks their total size. */
export const variables = z.record(z.string(), z.string()).superRefine((record, context) => {
  for (const name of Object.keys(record)) {
    const error = nameProblem(name);
    if (error) context.addIssue({ code: "custom", path: [name], message: error });
  }
});

function nameProblem(name: string): string | undefined {
  if (!NAME.test(name))
    return message(
      "a variable's name must start with a letter and hold at least two letters, digits and underscores",
      'write for example "TABLE_NAME"',
    );
  if (KEPT_BY_LAMBDA.test(name))
    return message("Lambda keeps names that begin with AWS_ or LAMBDA_ for itself", "choose another name");
  if (SET_BY_US.test(name))
    return message("is set by this project for a function that reads secrets", "remove it");
  return undefined;
}
