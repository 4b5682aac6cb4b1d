import * as z from "zod";
import { distinct, message } from "../values/format";

const backend = z.enum(["native", "vault"]);

export const backends = distinct(backend, "backends must differ", "remove the repeated one")
  .min(1, message("needs at least one backend", 'write ["native"] or ["vault"]'))
  .describe(
    "Where secrets are: native (AWS Secrets Manager), vault, or both. Functions read from the first. " +
      "SECRET_BACKEND overrides it, for example with vault or native,vault.",
  );
