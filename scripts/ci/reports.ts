import { join } from "node:path";
import { type PlanReport, readReport, readReview, stacksTable } from "../deploy/report";

/** A report of one environment, with what it says to people. */
export interface WrittenReport extends PlanReport {
  readonly review: string;
}

/**
 * A report for each of the environments, from the folders of a folder. One without a whole report was not planned: a
 * job that fails early leaves nothing, which would look as if nothing had changed.
 *
 * @throws Error if no folder is named
 */
export async function reportsIn(
  folder: string,
  environments: readonly string[],
): Promise<readonly WrittenReport[]> {
  if (folder === "") throw new Error("the folder of reports must be named, got none; see --help");
  return await Promise.all(
    environments.map(async (environment) => {
      const one = join(folder, environment);
      const report = await written(one).catch(() => undefined);
      return report?.environment === environment ? report : missing(environment, one);
    }),
  );
}

async function written(folder: string): Promise<WrittenReport> {
  return { ...(await readReport(folder)), review: await readReview(folder) };
}

function missing(environment: string, folder: string): WrittenReport {
  const why = `no whole report of it is in ${folder}; the output of its diff says why`;
  const report: PlanReport = {
    version: 1,
    environment,
    stacks: [{ stack: `${environment}-*`, result: "not planned", why }],
  };
  return { ...report, review: `${stacksTable(report)}\n` };
}
