import type { DatabaseEngine } from "../contracts/database";
import { PUBLISHED } from "./published";

/** Where a family of instances is: in all Regions but some, or in some only. Lists are separated by blanks. */
interface Family {
  readonly family: string;
  readonly sizes: string;
  readonly but?: string;
  readonly only?: string;
}

/** When the facts below were read from what AWS publishes. */
export const PUBLISHED_READ = PUBLISHED.read;

export function isKnownRegion(region: string): boolean {
  return PUBLISHED.regions.split(" ").includes(region);
}

/** Whether a new cluster could be of that version. */
export function isKnownVersion(engine: DatabaseEngine, version: string): boolean {
  return PUBLISHED.engineVersions[engine].split(" ").includes(version);
}

/** @param instanceClass for example `db.r8g.large`; of a Region that is not known, every class is. */
export function isKnownClass(engine: DatabaseEngine, instanceClass: string, region: string): boolean {
  return isIn(PUBLISHED.instanceClasses[engine], instanceClass.replace(/^db\./, ""), region);
}

/** @param instanceType of arm64, for example `t4g.medium`; of a Region that is not known, every type is. */
export function isKnownType(instanceType: string, region: string): boolean {
  return isIn(PUBLISHED.instanceTypes, instanceType, region);
}

function isIn(families: readonly Family[], name: string, region: string): boolean {
  const [family, size = ""] = name.split(".");
  return families.some(
    ({ sizes, but, only, ...of }) =>
      of.family === family &&
      sizes.split(" ").includes(size) &&
      (only ? only.split(" ").includes(region) || !isKnownRegion(region) : !but?.split(" ").includes(region)),
  );
}

/** The day from which AWS patches a runtime no more; undefined for one that is not known. */
export function endOfRuntime(runtime: string): string | undefined {
  return (PUBLISHED.runtimes as Readonly<Record<string, string>>)[runtime];
}

/** When the days below were read from AWS's release calendar. */
export const STANDARD_SUPPORT_READ = PUBLISHED.standardSupport.read;

/** Last day of Aurora's standard support of a major version; undefined where nobody publishes it in a form to read. */
export function endOfStandardSupport(engine: DatabaseEngine, major: string): string | undefined {
  const until: Partial<Record<DatabaseEngine, Readonly<Record<string, string>>>> =
    PUBLISHED.standardSupport.until;
  return until[engine]?.[major];
}
