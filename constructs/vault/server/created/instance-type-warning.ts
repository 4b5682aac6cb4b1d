import { isKnownType, PUBLISHED_READ } from "../../../regions/published-facts";

/** What a deployment may stumble over. The table grows old, so that it is said and not refused. */
export function instanceTypeWarning(instanceType: string, region: string): string | undefined {
  if (isKnownType(instanceType, region)) return undefined;
  return (
    `instanceType must be one that EC2 has in ${region}, got "${instanceType}", which was none on ` +
    `${PUBLISHED_READ}. Compare it with: aws ec2 describe-instance-type-offerings --region ${region} ` +
    `--filters Name=instance-type,Values=${instanceType}`
  );
}
