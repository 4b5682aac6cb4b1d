import * as z from "zod";
import { settings, wholeNumber } from "../values/format";
import { functionLimits } from "../values/function-limits";
import { passwords } from "./passwords";

export const rotation = settings({
  runtime: z
    .enum(["nodejs22.x", "nodejs24.x"])
    .default("nodejs24.x")
    .describe("nodejs24.x needs AWS provider 6.19 or newer. The functions of operations have it, too."),
  immediately: z
    .boolean()
    .default(true)
    .describe("Rotate when the rotation is created or changed. The first rotation makes the database user."),
  timeoutSeconds: wholeNumber(30, 900).default(60).describe("Longest time of one step of a rotation."),
  memoryMegabytes: wholeNumber(128, 10_240)
    .default(256)
    .describe("Memory of the function, which has a share of CPU by it."),
  passwords: passwords.optional(),
  reservedConcurrency: functionLimits.reservedConcurrency.describe(
    "Calls at once, at most, which no other function can have. Left out: what the account has left. It is of the " +
      "rotation functions alone: those of operations have no reservation.",
  ),
  codeSigningConfigArn: functionLimits.codeSigningConfigArn.describe(
    "Code signing configuration, which decides what becomes of code that is not signed, also of the functions of " +
      "operations. Left out: none.",
  ),
})
  .prefault({})
  .describe("The rotation functions, one for each database.");
