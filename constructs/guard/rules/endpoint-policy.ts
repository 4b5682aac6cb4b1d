import type { GuardRule } from "../guard-rule";

/** Without a policy an endpoint passes everything, for every account (AWS PrivateLink Guide, "Endpoint policies"). */
export const endpointPolicy: GuardRule = {
  name: "endpoint-policy",
  types: /^aws_vpc_endpoint$/,
  check: ({ policy }) =>
    policy === undefined
      ? ["has no policy: it passes every call, also to other accounts. Give it one with what has to pass."]
      : [],
};
