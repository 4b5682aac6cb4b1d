import { endOfRuntime, PUBLISHED_READ } from "../regions/published-facts";

const NOTICE_DAYS = 180;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * What a deployment may stumble over. The table grows old, so that it is said and not refused; and it is compared with
 * the table's own date, so that a synth is the same on every day.
 */
export function runtimeWarning(runtime: string): string | undefined {
  const end = endOfRuntime(runtime);
  if (end === undefined)
    return `runtime must be one that Lambda has, got "${runtime}", which was not known on ${PUBLISHED_READ}`;
  if ((Date.parse(end) - Date.parse(PUBLISHED_READ)) / DAY_MS > NOTICE_DAYS) return undefined;
  return (
    `Lambda patches the runtime "${runtime}" until ${end} (as known on ${PUBLISHED_READ}), and later makes no ` +
    "function of it. Write a newer one and deploy"
  );
}
