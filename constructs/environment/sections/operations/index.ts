import { orFalse, settings } from "../../values/format";
import { credentialHealth } from "./credential-health";
import { quotaMonitor } from "./quota-monitor";

export const operations = orFalse(
  settings({
    credentialHealth,
    quotaMonitor,
  }),
)
  .default(false)
  .describe("What tells people that something is wrong; false: nothing does.");
