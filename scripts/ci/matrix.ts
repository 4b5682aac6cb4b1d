import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { roleArn } from "../../constructs/ci/role-names";
import { Account } from "../../constructs/contracts/account";
import { loadEnvironment } from "../../constructs/environment";
import { notPlanned, type PlanReport } from "../deploy/report";

/** What a workflow's job has to know of an environment. */
export interface PipelineEnvironment {
  readonly environment: string;
  readonly region: string;
  readonly planner: string;
  readonly deployer: string;
}

/**
 * The environments in `environments/` that have `ci`; with reports, those that have something to approve.
 *
 * @throws EnvironmentError if one of them cannot be deployed
 */
export function matrix(root: string, reports?: readonly PlanReport[]): readonly PipelineEnvironment[] {
  const folder = join(root, "environments");
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json") && file !== "schema.json" && hasCi(join(folder, file)))
    .map((file) => basename(file, ".json"))
    .sort()
    .filter((name) => reports === undefined || reports.some((report) => isApprovable(report, name)))
    .map((name) => entry(root, name));
}

/** Others need not be complete: a file that somebody is writing keeps no other environment from its plan. */
function hasCi(file: string): boolean {
  return (JSON.parse(readFileSync(file, "utf8")) as { readonly ci?: unknown }).ci !== undefined;
}

function entry(root: string, name: string): PipelineEnvironment {
  const { account, region, namePrefix } = loadEnvironment(name, { root });
  const place = new Account(account, region);
  return {
    environment: name,
    region,
    planner: roleArn("planner", namePrefix, place),
    deployer: roleArn("deployer", namePrefix, place),
  };
}

function isApprovable(report: PlanReport, environment: string): boolean {
  const hasChanges = report.stacks.some(({ result }) => result === "changes");
  return report.environment === environment && hasChanges && notPlanned(report).length === 0;
}
