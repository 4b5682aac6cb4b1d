import { stripVTControlCharacters } from "node:util";
import { CommandFailed } from "../../scripts/support/processes";

const LINES = 20;

/** Why a stage failed, in a few lines, without any of the given values. */
export function explainFailure(error: unknown, secrets: Iterable<string>): string {
  return redact(
    error instanceof CommandFailed ? explainCommand(error) : String((error as Error).message),
    secrets,
  );
}

function explainCommand({ message, output, log }: CommandFailed): string {
  const lines = stripVTControlCharacters(output)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "");
  const first = lines.findIndex((line) => /\berror\b/i.test(line));
  const relevant = first === -1 ? lines.slice(-LINES) : lines.slice(first, first + LINES);
  return [message, ...relevant.map((line) => `  ${line}`), ...(log ? [`Log: ${log}`] : [])].join("\n");
}

function redact(text: string, secrets: Iterable<string>): string {
  let redacted = text;
  for (const secret of secrets) redacted = redacted.replaceAll(secret, "<redacted>");
  return redacted;
}
