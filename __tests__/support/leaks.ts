import { homedir, tmpdir } from "node:os";
import { projectRoot } from "./shipped";

/** Something that must not be in a synthesized file. */
export interface Leak {
  readonly kind: string;
  readonly found: string;
}

const NAME =
  "[a-z0-9_-]*(?:password|passwd|secret_?string|client_?secret|secret_?(?:access_?)?key|api[_-]?key|token)_?\\d*(?:_wo)?";

const PATTERNS: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ["an unresolved token", /\$\{TfToken\[[^\]]*\]?|TFTOKEN|TfToke/g],
  ["a number that stands for a token", /\d(?:\.\d+)?e\+\d{2,}/g],
  ["an AWS access key", /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g],
  ["a private key", /-----BEGIN [A-Z ]*PRIVATE KEY/g],
  ["a Vault token", /\bhv[sbr]\.[A-Za-z0-9_-]{8,}/g],
  // In JSON, in JSON inside a JSON string, and in an HCL object inside one; not the "…" of an example.
  [
    "a literal password",
    new RegExp(String.raw`\\?"${NAME}\\?"\s*[:=]\s*(?:\d+|\\?"(?!\$\{|…\\?")[^"\\]+)`, "gi"),
  ],
  ["a password in a URL", /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"\\]*:(?!\$\{)[^\s/@"\\]+@/gi],
  ["the whole internet", /(?<!\d)0\.0\.0\.0\/0|::\/0/g],
  ["a way to the internet", /"aws_(?:internet_gateway|egress_only_internet_gateway|nat_gateway|eip|route)"/g],
];

/** Everything in a synthesized file that has no business there. `directories` are this machine's, besides the usual. */
export function leaksIn(text: string, directories: readonly string[] = []): Leak[] {
  const paths = [projectRoot, tmpdir(), homedir(), process.cwd(), ...directories].filter(
    (path) => path !== "/",
  );
  return [
    ...PATTERNS.flatMap(([kind, pattern]) => [...text.matchAll(pattern)].map(([found]) => ({ kind, found }))),
    ...paths
      .filter((path) => text.includes(`${path}/`) || text.includes(`${path}"`))
      .map((found) => ({ kind: "a path of this machine", found })),
  ];
}
