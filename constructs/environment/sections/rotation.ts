import * as z from "zod";
import { settings, wholeNumber } from "../values/format";
import { passwords } from "./passwords";

/** The rotation functions, one for each database. */
export const rotation = settings({
  runtime: z
    .enum(["nodejs22.x", "nodejs24.x"])
    .default("nodejs24.x")
    .meta({ description: "nodejs24.x needs AWS provider 6.19 or newer." }),
  immediately: z.boolean().default(true).meta({
    description:
      "Rotate when the rotation is created or changed. The first rotation makes the database user.",
  }),
  timeoutSeconds: wholeNumber(30, 900).default(60),
  memoryMegabytes: wholeNumber(128, 10_240).default(256),
  passwords: passwords.optional(),
}).prefault({});
