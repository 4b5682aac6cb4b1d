import type { Changes } from "./changes";

const FUNCTION = "aws_lambda_function";
const ORDERS = "Function-orders";
const BILLING = "Function-billing";
const ROLE = "aws_iam_role";

export const FUNCTIONS_RISKS: Changes = {
  "function reads all secrets": (stack) => {
    const statement = stack
      .statements(`${ORDERS}_ReadSecretsDocument`)
      .find(({ actions }) => actions.some((action) => action.startsWith("secretsmanager:")));
    if (statement) statement.resources = ["*"];
  },
  "function outside the VPC": (stack) => stack.unset(FUNCTION, ORDERS, "vpc_config"),
  "foreign layer": (stack) =>
    stack.set(FUNCTION, BILLING, { layers: ["arn:aws:lambda:ap-northeast-2:999999999999:layer:helper:1"] }),
  "older runtime": (stack) => stack.set(FUNCTION, ORDERS, { runtime: "nodejs20.x" }),
  "password in a variable": (stack) => {
    stack.resource(FUNCTION, BILLING).environment.variables.DB_PASSWORD = "planted-Literal-4711";
  },
  "role for everybody": (stack) => {
    const [trust] = stack.statements(`${ORDERS}_Trust`);
    if (trust) trust.principals = [{ type: "AWS", identifiers: ["*"] }];
  },
  "administrator's policy attached": (stack) =>
    stack.add("aws_iam_role_policy_attachment", "Admin", {
      role: stack.resource(ROLE, ORDERS).name,
      policy_arn: "arn:aws:iam::aws:policy/AdministratorAccess",
    }),
  "denial of network interfaces dropped": (stack) => {
    const statements = stack.statements(`${BILLING}_ExecutionDocument`);
    statements.splice(
      statements.findIndex(({ effect }) => effect === "Deny"),
      1,
    );
  },
  "log group removed": (stack) => {
    const id = stack.remove("aws_cloudwatch_log_group", BILLING);
    const text = JSON.stringify(stack.json).replaceAll(
      `$\{aws_cloudwatch_log_group.${id}.arn}`,
      "arn:aws:logs:ap-northeast-2:123456789012:log-group:/aws/lambda/secrets-prod-billing",
    );
    Object.assign(stack.json, JSON.parse(text));
  },
};

export const FUNCTIONS_HARMLESS: Changes = {
  "more memory": (stack) => stack.set(FUNCTION, ORDERS, { memory_size: 512 }),
  "longer timeout": (stack) => stack.set(FUNCTION, BILLING, { timeout: 60 }),
  "other code": (stack) =>
    stack.set(FUNCTION, ORDERS, { source_code_hash: "AAAAsfrmXR7vgjpoDMobHX9u5esCs+2XCzlrKto28Vg=" }),
  "another variable": (stack) => {
    stack.resource(FUNCTION, BILLING).environment.variables.LOG_LEVEL = "debug";
  },
  "a tag on a function": (stack) => stack.set(FUNCTION, ORDERS, { tags: { Team: "orders" } }),
};
