/** What the passwords that the rotation function asks Secrets Manager for are made of. */
export interface PasswordPolicy {
  /** @default 32 */
  readonly length?: number;
  /** @default - what AWS's rotation function for the engine leaves out: quotes, slash, at sign, backslash; PostgreSQL also colon */
  readonly excludeCharacters?: string;
  /** @default false */
  readonly excludeNumbers?: boolean;
  /** @default false */
  readonly excludePunctuation?: boolean;
  /** @default false */
  readonly excludeUppercase?: boolean;
  /** @default false */
  readonly excludeLowercase?: boolean;
  /** @default true */
  readonly requireEachIncludedType?: boolean;
}

/** The policy as environment variables, in the names of AWS's rotation functions. */
export function passwordVariables(policy: PasswordPolicy = {}): Record<string, string> {
  const variables = {
    PASSWORD_LENGTH: policy.length,
    EXCLUDE_CHARACTERS: policy.excludeCharacters && escapeTemplates(policy.excludeCharacters),
    EXCLUDE_NUMBERS: policy.excludeNumbers,
    EXCLUDE_PUNCTUATION: policy.excludePunctuation,
    EXCLUDE_UPPERCASE: policy.excludeUppercase,
    EXCLUDE_LOWERCASE: policy.excludeLowercase,
    REQUIRE_EACH_INCLUDED_TYPE: policy.requireEachIncludedType,
  };
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  );
}

/** Terraform reads `${` and `%{` in a string as the start of a template. */
function escapeTemplates(text: string): string {
  return text.replace(/[$%](?=\{)/g, (sign) => sign + sign);
}
