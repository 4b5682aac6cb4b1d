import { blocks, type GuardRule } from "../guard-rule";

export const functionInVpc: GuardRule = {
  name: "function-in-vpc",
  types: /^aws_lambda_function$/,
  check: (attributes) =>
    blocks(attributes, "vpc_config").length === 0
      ? ["is outside the VPC, and can send what it reads anywhere. Use PrivateFunction, or say why it is."]
      : [],
};
