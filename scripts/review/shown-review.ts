import { digestOf } from "./digest";
import { reviewJson } from "./json";
import { unescaped } from "./markdown/escape";
import { render } from "./markdown/render";
import type { Review, Verdict } from "./review";
import { terminalLines } from "./terminal";

export interface ShownReview {
  readonly text: string;
  /** `blocked` also if the text cannot be shown. */
  readonly verdict: Verdict;
  /** Of the plans. @default - nobody can approve what cannot be shown */
  readonly digest?: string;
}

const FORMATS = { markdown: render, json: reviewJson, terminal: terminalLines };

export type Format = keyof typeof FORMATS;

/** The review as a text. If anything in it still looks like a secret, it says only that, and is blocked. */
export function showReview(review: Review, format: Format): ShownReview {
  const text = FORMATS[format](review);
  const line = suspiciousLine(review, text);
  if (line === undefined) return { text: `${text}\n`, verdict: review.verdict, digest: review.digest };
  const message =
    `The review is withheld: what it would say in line ${line} looks like a secret. Look at the plan on a machine of ` +
    "yours, and take the secret out of the name, key or text that it is in.";
  const withheld =
    format === "json"
      ? JSON.stringify({ version: 1, verdict: "blocked", withheld: message }, null, 2)
      : `⛔ **Blocked**. ${message}`;
  return { text: `${withheld}\n`, verdict: "blocked" };
}

/** The number of the first line that must not be shown. Digests are as random as secrets, and made here. */
function suspiciousLine({ plans, digest, risks, isClean }: Review, text: string): number | undefined {
  const digests = [digest, ...plans.map((plan) => digestOf([plan], risks))];
  const plain = digests.reduce((rest, one) => rest.replaceAll(one, "(digest)"), unescaped(text));
  const index = plain.split("\n").findIndex((line) => !isClean(line));
  return index === -1 ? undefined : index + 1;
}
