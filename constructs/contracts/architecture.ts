/** Instruction set of a Lambda function. */
export type Architecture = "arm64" | "x86_64";
