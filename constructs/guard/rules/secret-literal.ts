import { type Attributes, blocks, type GuardRule, isLiteral } from "../guard-rule";

const SECRET =
  /(^|_)(password|passwd|pwd|passphrase|token|secret|api_?key|private_?key|access_?key|credentials?)(_wo)?$/i;

/** A secret in code is also in plan and state, for everybody who reads one of them. */
export const secretLiteral: GuardRule = {
  name: "secret-literal",
  types:
    /^(aws_(secretsmanager_secret_version|lambda_function|ssm_parameter|rds_cluster|db_instance)|vault_kv_secret.*)$/,
  check: (attributes, { terraformResourceType: type }) =>
    literals(type, attributes).map(
      (name) =>
        `has a secret in code, in ${name}. Let a rotation make it, or write it by hand into its store.`,
    ),
};

function literals(type: string, attributes: Attributes): readonly string[] {
  const own = Object.keys(attributes).filter((name) => SECRET.test(name) && isLiteral(attributes[name]));
  switch (type) {
    case "aws_lambda_function":
      return blocks(attributes, "environment").flatMap(({ variables }) => named(variables));
    case "aws_ssm_parameter":
      return attributes.type === "SecureString" && isLiteral(attributes.value) ? ["value"] : [];
    case "aws_secretsmanager_secret_version":
      return inText(attributes, "secret_string");
    default:
      return [...own, ...inText(attributes, "data_json")];
  }
}

/** A text that is no JSON is a secret as a whole. */
function inText(attributes: Attributes, name: string): readonly string[] {
  const text = attributes[name];
  if (!isLiteral(text)) return [];
  try {
    return named(JSON.parse(text));
  } catch {
    return [name];
  }
}

function named(values: unknown): readonly string[] {
  return Object.entries(values ?? {}).flatMap(([name, value]) =>
    SECRET.test(name) && isLiteral(value) ? [name] : [],
  );
}
