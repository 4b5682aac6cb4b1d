const REGION = "[a-z]{2}(?:-[a-z]+)+-\\d";
/**
 * An endpoint of Amazon RDS: its kind and the region are in its labels (Amazon Aurora User Guide, "Aurora endpoints").
 * In China the region is behind `rds` (Amazon Web Services in China, "Endpoints and ARNs"); hosts of both orders are
 * about.
 */
const RDS_HOST = new RegExp(
  "^(?<name>[^.]+)(?:\\.endpoint)?\\.(?<kind>[^.]+)\\." +
    `(?:rds\\.(?<behind>${REGION})|(?<before>${REGION})\\.rds)\\.amazonaws\\.com(?:\\.cn)?$`,
);

/** Undefined for other names. DNS does not tell upper from lower case. */
function rdsEndpoint(host: string) {
  const { name = "", kind = "", behind, before = "" } = RDS_HOST.exec(host.toLowerCase())?.groups ?? {};
  return kind ? { name, kind, region: behind ?? before } : undefined;
}

/** Region in the name of an RDS endpoint; undefined for other names. */
export function regionOfHost(host: string): string | undefined {
  return rdsEndpoint(host)?.region;
}

/** The cluster whose writer endpoint has this name by RDS; undefined for other names. */
export function clusterIdentifierOf(host: string): string | undefined {
  const { name, kind = "" } = rdsEndpoint(host) ?? {};
  return /^cluster-[a-z0-9]+$/.test(kind) ? name : undefined;
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
  const kind = rdsEndpoint(host)?.kind;
  const [, name, reason] = OTHER_ENDPOINTS.find(([begins]) => kind !== undefined && begins.test(kind)) ?? [];
  return name && `must be the cluster's writer endpoint: ${name} ${reason}`;
}

/** The writer endpoint where another endpoint's name has all of it; otherwise what it looks like. */
export function writerEndpointFor(name: string): string {
  const host = name.toLowerCase();
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
