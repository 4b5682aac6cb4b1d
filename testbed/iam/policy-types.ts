import { addressOfResource, type Resource } from "../deployed/resources";

/** Types whose name or attribute looks like a policy, and why none is read from them. */
const NO_POLICY_OF_ACCESS: Readonly<Record<string, string>> = {
  aws_iam_policy: "it is read where it is attached",
  aws_lb_target_group_attachment: "it makes a machine a target of a load balancer",
  aws_s3_bucket: "a state has a copy of its aws_s3_bucket_policy there",
  aws_secretsmanager_secret: "a state has a copy of its aws_secretsmanager_secret_policy there",
  aws_sns_topic: "a state has a copy of its aws_sns_topic_policy there",
  aws_volume_attachment: "it gives a machine a disk",
};

/** @throws Error with every resource that may let somebody in, and that is not of the types that are read. */
export function refuseUnreadPolicies(resources: readonly Resource[], read: ReadonlySet<string>): void {
  const unread = resources.filter(
    (one) =>
      one.mode !== "data" && looksLikePolicy(one) && !read.has(one.type) && !NO_POLICY_OF_ACCESS[one.type],
  );
  if (unread.length === 0) return;
  throw new Error(
    `nobody reads what these allow: ${unread.map(addressOfResource).join(", ")}; ` +
      "let testbed/iam/deployed.ts read them, or say in testbed/iam/policy-types.ts why they allow nobody anything",
  );
}

/** Vault's own policies let nobody into AWS. */
function looksLikePolicy({ type, values }: Resource): boolean {
  return (
    /^aws_\w*(polic(y|ies)|permission|attachment|grant)/.test(type) ||
    (/^aws_/.test(type) && Boolean(values.policy))
  );
}
