import * as z from "zod";
import { layerArns } from "../values/aws";
import { settings } from "../values/format";

export const native = settings({
  delivery: z
    .enum(["sdk", "extension"])
    .default("sdk")
    .describe(
      "sdk: functions call Secrets Manager themselves. extension: through the AWS Parameters and Secrets " +
        "Lambda Extension.",
    ),
  layerArns: layerArns.optional().describe("Layers of that extension. Left out: AWS's own of the region."),
  newestLayer: z
    .boolean()
    .default(false)
    .describe(
      "Take the layer that AWS's public SSM parameter names, whenever Terraform plans: plans then change by " +
        "themselves.",
    ),
})
  .prefault({})
  .describe("How functions read secrets of Secrets Manager.");
