import * as z from "zod";
import { orFalse, settings, text } from "../../values/format";
import { alarms } from "./alarms";
import { credentialHealth } from "./credential-health";
import { notifications } from "./notifications";
import { quotaMonitor } from "./quota-monitor";

const on = (what: string) => z.boolean().default(true).describe(what);

export const operations = orFalse(
  settings({
    runbook: text(
      /^[\w./:-]+$/,
      "must be a path or a URL without an anchor",
      'write for example "https://git.example.com/docs/operations.md"',
    )
      .default("docs/operations.md")
      .describe("Path or URL of the runbook, for links in alarms and messages."),
    notifications,
    rotationEvents: on("Tell of rotations that failed or were abandoned."),
    trail: z
      .enum(["created", "adopted"])
      .default("created")
      .describe(
        "Rotation events need a CloudTrail trail with management events in the region. adopted: the account has one.",
      ),
    credentialHealth,
    quotaMonitor,
    alarms,
    dashboard: on("A CloudWatch dashboard of the environment."),
    queries: on("Saved queries of CloudWatch Logs Insights."),
  }),
)
  .default(false)
  .describe("What tells people that something is wrong; false: nothing does.");
