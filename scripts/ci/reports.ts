import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type PlanReport, readReport, readReview } from "../deploy/report";

/** A report of one environment, with what it says to people. */
export interface WrittenReport extends PlanReport {
  readonly review: string;
}

/**
 * The reports in the folders of a folder, by environment.
 *
 * @throws Error if there is none, or a folder has none: what is missing would look as if nothing had changed
 */
export async function reportsIn(folder: string): Promise<readonly WrittenReport[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  if (names.length === 0)
    throw new Error(
      `the folder of reports must have some, got "${folder}"; npm run diff -- --report writes them`,
    );
  return await Promise.all(
    names.sort().map(async (name) => {
      const one = join(folder, name);
      return { ...(await readReport(one)), review: await readReview(one) };
    }),
  );
}
