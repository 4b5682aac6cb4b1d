import { DefaultTokenResolver, StringConcat, TerraformResource, TerraformStack, Tokenization } from "cdktf";
import type { GuardRule } from "../guard-rule";

/** A rotation runs as soon as it is made, and fails if what it uses is not there. */
const USED = {
  aws_lambda_permission: "the permission to call the rotation function",
  aws_secretsmanager_secret_version: "the secret's first value",
};

/** What another stack makes is there already. */
export const rotationOrder: GuardRule = {
  name: "rotation-order",
  types: /^aws_secretsmanager_secret_rotation$/,
  check: (_, rotation) => {
    const types = dependencies(rotation).map((one) => one.split(".")[0]);
    const made = typesIn(TerraformStack.of(rotation));
    return Object.entries(USED)
      .filter(([type]) => made.has(type) && !types.includes(type))
      .map(([type, what]) => `does not wait for ${what}. Name its ${type} in dependsOn.`);
  },
};

/** Addresses of what it waits for. */
function dependencies(scope: TerraformResource): readonly string[] {
  const resolver = new DefaultTokenResolver(new StringConcat());
  return Tokenization.resolve(scope.dependsOn ?? [], { scope, resolver, preparing: false });
}

/** Of a stack with a thousand secrets, once. */
const known = new WeakMap<TerraformStack, ReadonlySet<string>>();

function typesIn(stack: TerraformStack): ReadonlySet<string> {
  const types =
    known.get(stack) ??
    new Set(
      stack.node
        .findAll()
        .flatMap((one) => (one instanceof TerraformResource ? one.terraformResourceType : [])),
    );
  known.set(stack, types);
  return types;
}
