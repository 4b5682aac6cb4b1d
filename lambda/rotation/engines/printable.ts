import { InvalidSecretError } from "../support/errors";

export function assertPrintable(password: string): void {
  if (/^[\x20-\x7e]+$/.test(password)) return;
  throw new InvalidSecretError({
    problem: "The new password has characters outside printable ASCII",
    remedy: "Remove the AWSPENDING label from this version and rotate again: generated passwords are ASCII.",
  });
}
