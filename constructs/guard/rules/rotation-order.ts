import { DefaultTokenResolver, StringConcat, type TerraformResource, Tokenization } from "cdktf";
import type { GuardRule } from "../guard-rule";

/** A rotation runs as soon as it is made, and fails if what it uses is not there. */
const USED = {
  aws_lambda_permission: "the permission to call the rotation function",
  aws_secretsmanager_secret_version: "the secret's first value",
};

export const rotationOrder: GuardRule = {
  name: "rotation-order",
  types: /^aws_secretsmanager_secret_rotation$/,
  check: (_, rotation) => {
    const types = dependencies(rotation).map((one) => one.split(".")[0]);
    return Object.entries(USED)
      .filter(([type]) => !types.includes(type))
      .map(([type, what]) => `does not wait for ${what}. Name its ${type} in dependsOn.`);
  },
};

/** Addresses of what it waits for. */
function dependencies(scope: TerraformResource): readonly string[] {
  const resolver = new DefaultTokenResolver(new StringConcat());
  return Tokenization.resolve(scope.dependsOn ?? [], { scope, resolver, preparing: false });
}
