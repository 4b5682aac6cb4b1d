import { codeSigningConfigArn } from "./aws";
import { wholeNumber } from "./format";

/** What a function may be held to; nothing by default: a new account has ten calls at once for all its functions. */
export const functionLimits = {
  reservedConcurrency: wholeNumber(0, 1_000)
    .optional()
    .describe(
      "Calls at once, at most, which no other function can have. Left out: what the account has left.",
    ),
  codeSigningConfigArn: codeSigningConfigArn
    .optional()
    .describe(
      "Code signing configuration, which decides what becomes of code that is not signed. Left out: none.",
    ),
};
