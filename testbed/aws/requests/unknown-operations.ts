/** What the emulator is asked and has no answer to, and who gets on without. Anything else is new. */
export const UNKNOWN_OPERATIONS: Readonly<Record<string, string>> = {
  "cloudtrail:LookupEvents": "the runbook's test, which has it in its list",
  "iam:ListServiceSpecificCredentials": "the test of Vault's user, which stops there",
  "lambda:GetAccountSettings": "the runbook's test, which has it in its list",
  "ssm:StartSession": "the runbook's test, which has it in its list",
};
