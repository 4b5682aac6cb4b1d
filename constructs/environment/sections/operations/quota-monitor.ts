import { orFalse, settings, text } from "../../values/format";

export const quotaMonitor = orFalse(
  settings({
    schedule: text(
      /^rate\((1 hour|([2-9]|1\d|2[0-4]) hours)\)$/,
      "must be rate(n hours), of 1 to 24 hours",
      'write for example "rate(6 hours)"',
    )
      .default("rate(6 hours)")
      .describe("When: rate(n hours), of 1 to 24 hours."),
  }),
)
  .prefault({})
  .describe("A function that publishes how much is used of the quotas of endpoints and network interfaces.");
