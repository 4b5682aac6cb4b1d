import { text } from "./rule";

export const region = text(
  /^(?!.*-iso)[a-z]{2}(-[a-z]+)+-\d$/,
  "must be an AWS region (not one of the isolated partitions)",
  'write for example "ap-northeast-2"',
);

export const roleName = text(
  /^[\w+=,.@-]{1,64}$/,
  "must be the name of an IAM role (not its ARN)",
  'write for example "vault-server"',
);
