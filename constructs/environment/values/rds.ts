/**
 * An endpoint of Amazon RDS: its kind and the region are in its labels (Amazon Aurora User Guide, "Aurora endpoints").
 */
const RDS_HOST =
  /^[^.]+(\.endpoint)?\.(?<kind>[^.]+)\.(?<region>[a-z]{2}(-[a-z]+)+-\d)\.rds\.amazonaws\.com(\.cn)?$/;

/** Region in the name of an RDS endpoint; undefined for other names. */
export function regionOfHost(host: string): string | undefined {
  return RDS_HOST.exec(host)?.groups?.region;
}

/** Kinds of RDS endpoints that no rotation can use, by what the second label begins with. */
const OTHER_ENDPOINTS: readonly (readonly [begins: RegExp, kind: string, reason: string])[] = [
  [/^cluster-ro-/, "a reader endpoint", "only reads, and a rotation writes"],
  [/^cluster-custom-/, "a custom endpoint", "may lead to an instance that only reads, and a rotation writes"],
  [
    /^proxy-/,
    "an endpoint of RDS Proxy",
    "logs in with the secret itself, refuses a session's settings, and keeps old connections",
  ],
  [/^[a-z0-9]+$/, "the endpoint of one instance", "only reads after a failover, and a rotation writes"],
];

/** Why a host cannot be the writer endpoint of a cluster; undefined if it may be one, or is no name of RDS's. */
export function whyNoWriterEndpoint(host: string): string | undefined {
  const kind = RDS_HOST.exec(host)?.groups?.kind;
  const [, name, reason] = OTHER_ENDPOINTS.find(([begins]) => kind !== undefined && begins.test(kind)) ?? [];
  return name && `must be the cluster's writer endpoint: ${name} ${reason}`;
}

/** The writer endpoint where another endpoint's name has all of it; otherwise what it looks like. */
export function writerEndpointFor(host: string): string {
  return host.includes(".cluster-ro-")
    ? `write "${host.replace(".cluster-ro-", ".cluster-")}"`
    : `write "Endpoint" of \`aws rds describe-db-clusters\`, such as "${likeWriter(host)}"`;
}

/** The part behind the kind is the account's in a region, and the same in all of its endpoints. */
function likeWriter(host: string): string {
  const [, kind = "", ...rest] = host.replace(".endpoint.", ".").split(".");
  return ["<cluster>", `cluster-${kind.replace(/^(cluster-custom-|proxy-)/, "")}`, ...rest].join(".");
}

/** Where AWS has the roots of a region (Amazon Aurora User Guide, "Certificate bundles by AWS Region"). */
export function authorityBundleUrl(region: string): string {
  const file = `${region}/${region}-bundle.pem`;
  if (region.startsWith("cn-")) return `https://rds-truststore.s3.cn-north-1.amazonaws.com.cn/${file}`;
  if (region.startsWith("us-gov-")) return `https://truststore.pki.us-gov-west-1.rds.amazonaws.com/${file}`;
  return `https://truststore.pki.rds.amazonaws.com/${file}`;
}
