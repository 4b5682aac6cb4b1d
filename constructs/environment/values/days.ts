import { message, wholeNumber } from "./format";

/** Days that CloudWatch Logs accepts (API reference, PutRetentionPolicy). */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export const logRetentionDays = wholeNumber(1, 3653).refine(
  (days) => RETENTION_DAYS.includes(days),
  message(`CloudWatch Logs keeps logs for one of ${RETENTION_DAYS.join(", ")} days`, "write one of them"),
);

export const secretRecoveryDays = wholeNumber(0, 30).refine(
  (days) => days === 0 || days >= 7,
  message("Secrets Manager keeps deleted secrets for 0 or 7 to 30 days", "write 0, 7 or 30"),
);
