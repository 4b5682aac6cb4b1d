const WITH_VALUE = ["-var", "-var-file", "-target", "-replace", "-exclude"];
/** What also an `apply` of a saved plan takes: ephemeral variables are in no plan. */
const FOR_APPLY = ["-var", "-var-file", "-parallelism", "-lock", "-lock-timeout"];
/** What the commands here decide. */
const OURS = ["-out", "-json", "-destroy", "-detailed-exitcode", "-input", "-auto-approve", "-chdir"];

/** Options of `terraform plan` that a user gave, and those of them that are for `terraform apply`, too. */
export interface TerraformOptions {
  readonly plan: readonly string[];
  readonly apply: readonly string[];
}

/** Reads what follows the second `--`. Throws at what is no option, and at options that the commands here decide. */
export function terraformOptions(words: readonly string[]): TerraformOptions {
  const options: string[][] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    if (!word.startsWith("-")) throw new Error(`after -- come options of terraform plan, got "${word}"`);
    if (OURS.includes(nameOf(word))) throw new Error(`${nameOf(word)} cannot be passed on to Terraform here`);
    const value = WITH_VALUE.includes(word) ? words[++index] : undefined;
    options.push(value === undefined ? [word] : [word, value]);
  }
  const forApply = options.filter(([word = ""]) => FOR_APPLY.includes(nameOf(word)));
  return { plan: options.flat(), apply: forApply.flat() };
}

function nameOf(option: string): string {
  return option.replace(/^--/, "-").replace(/=.*$/s, "");
}
