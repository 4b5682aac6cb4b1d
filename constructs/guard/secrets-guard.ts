import { Annotations, type IAspect, TerraformResource } from "cdktf";
import type { IConstruct } from "constructs";
import { attributesOf, type GuardRule } from "./guard-rule";
import { endpointPolicy } from "./rules/endpoint-policy";
import { functionInVpc } from "./rules/function-in-vpc";
import { internetPath } from "./rules/internet-path";
import { rotationOrder } from "./rules/rotation-order";
import { secretLiteral } from "./rules/secret-literal";

const RULES = [endpointPolicy, functionInVpc, internetPath, rotationOrder, secretLiteral] as const;

/** `endpoint-policy`, `function-in-vpc`, `internet-path`, `rotation-order` or `secret-literal`. */
export type GuardRuleName =
  | "endpoint-policy"
  | "function-in-vpc"
  | "internet-path"
  | "rotation-order"
  | "secret-literal";

const EXEMPTION = "secrets-guard:exempt";

/**
 * Refuses in a synth what no policy scanner knows: a secret in code, a way to the internet, an endpoint without a
 * policy, a rotation that does not wait for what it uses, and a function outside the VPC. An `EnvironmentStack` has it;
 * other stacks get it by `Aspects.of(stack).add(new SecretsGuard())`.
 */
export class SecretsGuard implements IAspect {
  /** Lets a construct, and what is in it, be as a rule forbids. @param reason for whoever reads the code */
  static exempt(construct: IConstruct, rule: GuardRuleName, reason: string): void {
    if (reason.trim() === "") throw new Error(`${construct.node.path}: \`reason\` must say why, got nothing`);
    construct.node.addMetadata(EXEMPTION, { rule, reason });
  }

  visit(node: IConstruct): void {
    if (!(node instanceof TerraformResource)) return;
    const rules: readonly GuardRule[] = RULES;
    const looking = rules.filter(({ types }) => types.test(node.terraformResourceType));
    if (looking.length === 0) return;
    const attributes = attributesOf(node);
    for (const { name, check } of looking) {
      if (isExempt(node, name)) continue;
      for (const problem of check(attributes, node))
        Annotations.of(node).addError(`${node.node.path} ${problem} (SecretsGuard: ${name})`);
    }
  }
}

function isExempt({ node }: IConstruct, rule: string): boolean {
  return node.scopes.some((scope) =>
    scope.node.metadata.some(({ type, data }) => type === EXEMPTION && data.rule === rule),
  );
}
