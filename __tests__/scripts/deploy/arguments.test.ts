import { parseArguments } from "../../../scripts/deploy/arguments";

test("stacks, own options and, after a second --, options of Terraform are told apart", () => {
  const words = [
    "dev-native",
    "--auto-approve",
    "dev-vault",
    "--",
    "-var",
    "a=b",
    "-parallelism=3",
    "--target",
    "x.y",
  ];

  expect(parseArguments(["deploy", ...words])).toMatchObject({
    command: "deploy",
    stacks: ["dev-native", "dev-vault"],
    autoApprove: true,
    ignoreDependencies: false,
    terraform: {
      plan: ["-var", "a=b", "-parallelism=3", "--target", "x.y"],
      apply: ["-var", "a=b", "-parallelism=3"],
    },
  });
});

test.each([
  [["deploy", "--yes"], /^[^\n]*'--yes'[^\n]*Known: --auto-approve, [^\n]*after a second --$/],
  [["deploy", "--output", "x"], /^[^\n]*'--output'[^\n]*$/],
  [["diff", "--auto-approve"], "--auto-approve is for deploy and destroy"],
  [["diff", "--ignore-dependencies"], "--ignore-dependencies is for deploy and destroy"],
  [["destroy", "--detailed-exitcode"], "--detailed-exitcode is for diff"],
  [
    ["deploy", "--", "-compact-warnings", "password=hunter2"],
    /^word 2 after -- is no option of terraform plan$/,
  ],
  [["diff", "--", "--json"], "-json cannot be passed on to Terraform here"],
  [["deploy", "--report", "x"], "--report is for diff"],
  [["destroy", "--approved", "x"], "--approved is for deploy"],
  [["deploy", "--approved", "x", "--auto-approve"], "give one of them"],
  [["apply"], 'the command must be one of diff, deploy, destroy, got "apply"'],
])("%j is refused in one line", (words, message) => {
  expect(() => parseArguments(words)).toThrow(message);
});

test.each([
  "-out=here",
  "-json",
  "-destroy",
  "-detailed-exitcode",
  "-input=true",
  "-auto-approve",
  "-chdir=..",
])("%s is decided by the command, and not passed on to Terraform", (option) => {
  expect(() => parseArguments(["deploy", "--", option])).toThrow("cannot be passed on to Terraform here");
});

test("the value of a variable is never in a refusal", () => {
  expect(() => parseArguments(["deploy", "--", "-var", "password=hunter2", "-out=x"])).toThrow(
    /^(?!.*hunter2).*-out cannot/,
  );
});
