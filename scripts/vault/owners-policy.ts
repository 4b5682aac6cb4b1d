import { isDeepStrictEqual } from "node:util";

/**
 * The policy of a secret that a command makes. A role that STS names has lost its path.
 *
 * Another policy in the next release is one that every secret has to be given (`--new-owners`).
 */
export function forOwners(owners: readonly string[]) {
  const verbs = [
    ...["GetSecretValue", "PutSecretValue", "UpdateSecret", "UpdateSecretVersionStage"],
    // A tag says whose recovery shares are kept.
    ...["TagResource", "UntagResource"],
  ];
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OwnersOnly",
        Effect: "Deny",
        Principal: "*",
        Action: verbs.map((verb) => `secretsmanager:${verb}`),
        Resource: "*",
        Condition: {
          ArnNotLike: { "aws:PrincipalArn": [...new Set(owners.flatMap((arn) => [arn, withAnyPath(arn)]))] },
        },
      },
    ],
  };
}

/**
 * The deployers and whoever acts, once each: two deployers have to write the same policy.
 *
 * @param caller a role without its path, or a user
 */
export function ownersWith(caller: string, deployers: readonly string[] = []): readonly string[] {
  const isNamed = deployers.some((arn) => arn === caller || arn.replace(/:role\/.*\//, ":role/") === caller);
  return isNamed ? deployers : [...deployers, caller];
}

/** Whether it is exactly that policy, in whatever order its owners are. */
export function isPolicyFor(owners: readonly string[], policy: string): boolean {
  return isDeepStrictEqual(inOrder(JSON.parse(policy)), inOrder(forOwners(owners)));
}

/** For a message: whom a policy that was found lets in. */
export function whoOwns(policy: string): string {
  const found = JSON.parse(policy).Statement?.[0]?.Condition?.ArnNotLike?.["aws:PrincipalArn"] ?? [];
  const arns: string[] = [found].flat();
  if (!isPolicyFor(arns, policy)) return "others, as it has other statements";
  const isImplied = (arn: string) => arns.some((other) => other !== arn && withAnyPath(other) === arn);
  return arns.filter((arn) => !isImplied(arn)).join(", ");
}

function withAnyPath(arn: string): string {
  return arn.replace(/:role\/([^/]+)$/, ":role/*/$1");
}

/** A list of one may be a value alone. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) {
    const sorted = value.map(inOrder).sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
    return sorted.length === 1 ? sorted[0] : sorted;
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, inOrder(inside)]));
}
