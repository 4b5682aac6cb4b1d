import * as z from "zod";
import { layerArn } from "../values/aws";
import { distinct, message, settings, text, wholeNumber } from "../values/format";
import { functionLimits } from "../values/function-limits";
import { variables } from "../values/variables";

/** No segment may be `..`: code stays in the project, and no name depends on the machine. */
const code = text(
  /^(?!\.)[\w.-]+(\/(?!\.)[\w.-]+)*$/,
  "must be a folder or .zip file of the project, as a path from the project's folder with /",
  'write for example "lambda/billing"',
);

/** A Lambda function of yours. */
export const lambdaFunction = settings({
  name: text(
    /^[a-z][a-z0-9-]{0,23}$/,
    "must start with a letter and hold at most 24 lower-case letters, digits and hyphens",
    'write for example "orders"',
  ).describe("The function is then called <namePrefix>-<name>."),
  code: code.describe("Folder with handler.ts or index.py, or a .zip file; from the project's folder."),
  secrets: distinct(z.string(), "secrets must differ", "remove the repeated name")
    .min(1, message("a function here reads at least one secret", "name an entry of secrets"))
    .describe("Names of the `secrets` that it reads; with Vault alone, of any secrets."),
  runtime: z
    .enum(["nodejs22.x", "nodejs24.x", "python3.12", "python3.13", "python3.14"])
    .optional()
    .describe(
      "Left out: nodejs24.x for a folder with handler.ts, python3.13 for one with index.py. A .zip file needs it.",
    ),
  architecture: z.enum(["arm64", "x86_64"]).default("arm64").describe("Of code and layers."),
  memoryMegabytes: wholeNumber(128, 10_240).default(256).describe("Memory, and a share of CPU by it."),
  timeoutSeconds: wholeNumber(1, 900).default(30).describe("Longest time of one call."),
  variables: variables
    .default({})
    .describe(
      "Environment variables. No secrets: whoever may look at the function, its plan or its state sees them.",
    ),
  layers: distinct(layerArn, "layers must differ", "remove the repeated layer")
    .default([])
    .describe("ARNs of layers, at most 5 together with those of extensions that read secrets."),
  ...functionLimits,
});
