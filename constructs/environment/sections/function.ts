import * as z from "zod";
import { layerArn } from "../values/aws";
import { distinct, message, settings, text, wholeNumber } from "../values/format";
import { variables } from "../values/variables";

/** A segment is no `..`, so that the code is in the project, and no name depends on the machine. */
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
  ).meta({ description: "The function is then called <namePrefix>-<name>." }),
  code: code.meta({
    description: "Folder with handler.ts or index.py, or a .zip file; from the project's folder.",
  }),
  secrets: distinct(z.string(), "secrets must differ", "remove the repeated name")
    .min(1, message("a function here reads at least one secret", "name an entry of secrets"))
    .meta({ description: "Names of the `secrets` that it reads; with Vault alone, of any secrets." }),
  runtime: z.enum(["nodejs22.x", "nodejs24.x", "python3.12", "python3.13", "python3.14"]).optional().meta({
    description:
      "Left out: nodejs24.x for a folder with handler.ts, python3.13 for one with index.py. A .zip file needs it.",
  }),
  architecture: z.enum(["arm64", "x86_64"]).default("arm64"),
  memoryMegabytes: wholeNumber(128, 10_240).default(256),
  timeoutSeconds: wholeNumber(1, 900).default(30),
  variables: variables.default({}).meta({
    description:
      "Environment variables. No secrets: whoever may look at the function, its plan or its state sees them.",
  }),
  layers: distinct(layerArn, "layers must differ", "remove the repeated layer")
    .default([])
    .meta({ description: "ARNs of layers, at most 5 together with those of extensions that read secrets." }),
});
