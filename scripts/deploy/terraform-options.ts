const WITH_VALUE = ["-var", "-var-file", "-target", "-replace", "-exclude", "-parallelism", "-lock-timeout"];
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
    // Not the word itself: it may be the value of a variable.
    if (!word.startsWith("-")) throw new Error(`word ${index + 1} after -- is no option of terraform plan`);
    if (OURS.includes(nameOf(word))) throw new Error(`${nameOf(word)} cannot be passed on to Terraform here`);
    const isSplit = WITH_VALUE.includes(nameOf(word)) && !word.includes("=");
    const value = isSplit ? words[++index] : undefined;
    options.push(value === undefined ? [word] : [word, value]);
  }
  const forApply = options.filter(([word = ""]) => FOR_APPLY.includes(nameOf(word)));
  return { plan: options.flat(), apply: forApply.flat() };
}

function nameOf(option: string): string {
  return option.replace(/^--/, "-").replace(/=.*$/s, "");
}
