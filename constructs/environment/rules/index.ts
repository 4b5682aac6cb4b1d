import type { Problem } from "../problems/problem";
import { arnRules } from "./arns";
import { backendRules } from "./backends";
import { ciRules } from "./ci";
import { databaseRules } from "./databases";
import type { Draft } from "./draft";
import { functionRules } from "./functions";
import { limitRules } from "./limits";
import { networkRules } from "./network";
import { privilegeRules } from "./privileges";
import { providerRules } from "./provider";
import { secretRules } from "./secrets";
import { userRules } from "./users";
import { vaultRules } from "./vault";
import { vaultServerRules } from "./vault-server";

const RULES = [
  ...networkRules,
  ...arnRules,
  ...secretRules,
  ...userRules,
  ...privilegeRules,
  ...backendRules,
  ...vaultRules,
  ...vaultServerRules,
  ...functionRules,
  ...databaseRules,
  ...providerRules,
  ...ciRules,
  ...limitRules,
];

/** What is wrong between sections; a rule about a section that is wrong by itself waits for it. */
export function brokenRules(draft: Draft): Problem[] {
  return RULES.flatMap((rule) => rule(draft));
}
