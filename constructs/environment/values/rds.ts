/** An endpoint of Amazon RDS: its kind and the region are in its labels (Amazon Aurora User Guide, "Aurora endpoints"). */
const RDS_HOST = /^[^.]+\.(?<kind>[^.]+)\.(?<region>[a-z0-9-]+)\.rds\.amazonaws\.com(\.cn)?$/;

/** Region in the name of an RDS endpoint; undefined for other names. */
export function regionOfHost(host: string): string | undefined {
  return RDS_HOST.exec(host)?.groups?.region;
}

/** Where AWS has the roots of a region (Amazon Aurora User Guide, "Certificate bundles by AWS Region"). */
export function authorityBundleUrl(region: string): string {
  const file = `${region}/${region}-bundle.pem`;
  if (region.startsWith("cn-")) return `https://rds-truststore.s3.cn-north-1.amazonaws.com.cn/${file}`;
  if (region.startsWith("us-gov-")) return `https://truststore.pki.us-gov-west-1.rds.amazonaws.com/${file}`;
  return `https://truststore.pki.rds.amazonaws.com/${file}`;
}
