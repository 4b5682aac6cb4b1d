import * as z from "zod";
import { layerArns } from "../values/aws";
import { settings } from "../values/format";

/** How functions read secrets of Secrets Manager. */
export const native = settings({
  delivery: z.enum(["sdk", "extension"]).default("sdk").meta({
    description:
      "sdk: functions call Secrets Manager themselves. extension: through the AWS Parameters and Secrets Lambda Extension.",
  }),
  layerArns: layerArns
    .optional()
    .meta({ description: "Layers of that extension. Left out: AWS's own of the region." }),
}).prefault({});
