import { orFalse, settings, text } from "../../values/format";

/** Amazon EventBridge Scheduler User Guide, "Schedule types"; at least once a day, so that no function gets idle. */
const daily = text(
  /^(rate\((1 day|1 hour|([2-9]|1\d|2[0-4]) hours)\)|cron\(\d{1,2} \d{1,2} \* \* \? \*\))$/,
  "must be rate(1 day), rate(n hours) of at most 24, or cron(minute hour * * ? *) in UTC",
  'write for example "cron(0 6 * * ? *)"',
);

export const credentialHealth = orFalse(
  settings({
    schedule: daily
      .default("rate(1 day)")
      .describe("When: rate() of at most a day, or cron(minute hour * * ? *) in UTC."),
  }),
)
  .prefault({})
  .describe(
    "For each database a function that logs in with its secrets as readers do, looks at rotations and certificates, " +
      "and says what is wrong; its schedule also keeps the rotation function from being idle.",
  );
