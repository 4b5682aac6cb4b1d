import type { RecordedCall } from "../../aws/api-calls";
import type { IamRequest } from "../../aws/iam-policy";
import { namedIds } from "../../aws/resource-tags";
import type { Place } from "./shown-policies";

/** What EC2's ids begin with, and what ARNs call it (Service Authorization Reference, "Amazon EC2"). */
const KINDS: Readonly<Record<string, string>> = {
  ami: "image",
  eni: "network-interface",
  "eni-attach": "network-interface",
  i: "instance",
  rtb: "route-table",
  sg: "security-group",
  sgr: "security-group-rule",
  subnet: "subnet",
  vol: "volume",
  vpc: "vpc",
  vpce: "vpc-endpoint",
};

/** What calls make that policies hold to its kind. */
const MADE: Readonly<Record<string, readonly string[]>> = {
  CreateNetworkInterface: ["network-interface"],
  CreateVolume: ["volume"],
  RunInstances: ["instance", "volume"],
};

/**
 * What EC2 asks IAM for a call: for each resource that it names, with the tags that this has, and for each that it
 * makes, with the tags that this will have. What is of no known kind has no tags, so that no condition lets it pass.
 */
export function ec2Requests(call: RecordedCall, place: Place): readonly IamRequest[] {
  const { action, input, resourceTags = {} } = call;
  const request = (resource: string, context: IamRequest["context"]) => ({
    action: `ec2:${action}`,
    resource,
    context,
  });
  if (action.startsWith("Describe")) return [request("*", {})];
  // Terraform may detach an interface whose machine it has ended, which detached it. What IAM says of an attachment
  // that is gone is written nowhere; docs/permissions.md says what to do if it is a no.
  const named = namedIds(call).filter((id) => !id.startsWith("eni-attach-") || resourceTags[id]);
  if (named.length === 0 && namedIds(call).length > 0) return [];
  const asked = [
    ...(MADE[action] ?? []).map((kind) => request(arnOf(kind, "any", place), requestedTags(input, kind))),
    ...named.map((id) => {
      const kind = KINDS[id.replace(/-[0-9a-f]+$/, "")];
      if (!kind) return request("*", {});
      const own = prefixed("aws:ResourceTag/", resourceTags[id] ?? {});
      return request(arnOf(kind, id, place), {
        ...own,
        ...(action === "CreateTags" && requestedTags(input)),
      });
    }),
  ];
  return asked.length > 0 ? asked : [request("*", {})];
}

function arnOf(kind: string, id: string, { account, region }: Place): string {
  return `arn:aws:ec2:${region}:${kind === "image" ? "" : account}:${kind}/${id}`;
}

/** @param kind of what the call makes; of tags alone, undefined. */
function requestedTags(input: RecordedCall["input"], kind?: string): Readonly<Record<string, string>> {
  const tags = Object.entries(input).flatMap(([key, name]) => {
    const [, specification, tag] = /^(TagSpecification\.\d+\.)?(Tag\.\d+)\.Key$/.exec(key) ?? [];
    if (!tag || (specification && input[`${specification}ResourceType`]) !== kind) return [];
    return [[String(name), String(input[`${specification ?? ""}${tag}.Value`])]];
  });
  return prefixed("aws:RequestTag/", Object.fromEntries(tags));
}

function prefixed(prefix: string, tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${prefix}${key}`, value]));
}
