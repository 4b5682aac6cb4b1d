/** Words in the name of an attribute, a variable, a tag or a key of JSON whose value is a secret. */
const SECRET = new RegExp(
  [
    "pass(word|wd|phrase|code)|pass$|pwd$|secret|token|credential|connection_?string|dsn$|user_?data|bearer",
    "(^|_)(pin|otp|salt|pepper|psk|jwt|cookie|authorization)($|_)",
    "(private|access|secret|api|auth|encryption|account|shared|signing|ssh|master|license|unseal|recovery)[_-]?keys?",
  ].join("|"),
  "i",
);

/** What ends like this says something of a secret, and is none. */
const ABOUT = new RegExp(
  "([_-]|^)(arns?|ids?|names?|prefix|length|versions?|ttl|period|days|enabled|rules?|types?|polic(y|ies)|cidrs?|uses|" +
    "stages?|status|sources?|expiration|mode|retention|description|manager|algorithm|interval|paths?|http_tokens)$",
  "i",
);

const EVERYTHING = /^/;

/** By the type of a resource, attributes that have secrets whatever their names say. */
const LISTED: readonly (readonly [type: RegExp, path: RegExp])[] = [
  [/^aws_secretsmanager_secret_version$/, /^secret_(string|binary)/],
  [/^aws_lambda_function$/, /^environment\[\d+\]\.variables\./],
  [/^aws_ssm_parameter$/, /^(insecure_)?value/],
  [/^aws_iam_access_key$/, /^(secret|ses_|encrypted)/],
  [/^aws_(instance|launch_template|launch_configuration|spot_instance_request)$/, /^user_data/],
  [/^aws_lambda_invocation$/, /^(input|result)/],
  [/^vault_(kv_secret|generic_secret|kv_secret_v2|generic_endpoint)$/, /^(data|write_data)/],
  [/^vault_approle_auth_backend_role_secret_id$/, /^(secret_id|wrapping|accessor)/],
  [
    /^vault_(token|database_secret_backend_connection)$/,
    /token|password|username|connection_url|private_key/,
  ],
  [/^random_(password|string|bytes|id|uuid)$/, EVERYTHING],
  [/^tls_private_key$/, /^private_/],
  [/^kubernetes_secret/, /^(binary_)?data/],
  [/^(local_(sensitive_)?file|aws_s3_(bucket_)?object)$/, /content/],
  [/^aws_cloudformation_stack/, /^(parameters|template_body)/],
];

/** By the type of a resource, attributes that are hidden because they may have secrets, and mostly have none. */
const MIXED: typeof LISTED = [
  [/^aws_lambda_function$/, /^environment\[\d+\]\.variables\./],
  [/^aws_(instance|launch_template|launch_configuration|spot_instance_request)$/, /^user_data/],
  [/^aws_lambda_invocation$/, /^input/],
  [/^aws_cloudformation_stack/, /^template_body/],
];

/** Whether the value of something with this name is a secret. */
export const isSecretName = remembered((name) => SECRET.test(name) && !ABOUT.test(name));

const pathsOf = remembered((type) => LISTED.filter(([types]) => types.test(type)).map(([, paths]) => paths));

/** Whether what is at a path of a resource is a secret, by its type. Output values have the type `output`. */
export function isListed(type: string, path: string): boolean {
  return pathsOf(type).some((paths) => paths.test(path));
}

const mixedPathsOf = remembered((type) =>
  MIXED.filter(([types]) => types.test(type)).map(([, paths]) => paths),
);

/** Whether only the type of a resource says that what is at a path may be a secret. */
export function isMixed(type: string, path: string): boolean {
  if (!mixedPathsOf(type).some((paths) => paths.test(path))) return false;
  const name = path.replace(/^.*\./, "");
  // The name of user data is a secret's for its type's sake.
  return !isSecretName(name) || /^user_data/.test(name);
}

/**
 * Every leaf of a plan is asked for, and they have few names and types.
 *
 * @param keyOf tells apart what has answers of its own
 */
export function remembered<T, Asked = string>(
  answer: (asked: Asked) => T,
  keyOf: (asked: Asked) => string = String,
): (asked: Asked) => T {
  const answers = new Map<string, T>();
  return (asked) => {
    const key = keyOf(asked);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const found = answer(asked);
    answers.set(key, found);
    return found;
  };
}
