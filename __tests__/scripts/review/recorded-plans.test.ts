import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { reviewPlans } from "../../../scripts/review/review";
import { RULES } from "../../../scripts/review/rules";
import { showReview } from "../../../scripts/review/shown-review";
import { CHANGES, type RecordedChange } from "./recording/changes";
import { fileOf, recordedText } from "./recording/files";
import { rulesIn } from "./support/plans";

const RECORDED = join(__dirname, "plans");
const LITERAL = "planted-Literal-4711";

/** Each change, and the rule that has to see it. */
const RULE_OF: Readonly<Record<string, string>> = {
  "deletion protection lowered": "R02",
  "final snapshot skipped": "R02",
  "backups kept one day": "R02",
  "cluster replaced": "R02",
  "cluster with another key": "R02",
  "instance removed": "R02",
  "instance public": "R06",
  "superuser with a literal password": "R21",
  "log exports shrunk": "R12",
  "TLS not required": "R10",
  "database open to the internet": "R06",
  "functions may send anywhere": "R06",
  "wider port range": "R06",
  "database may call functions": "R06",
  "rule for another network": "R06",
  "way to the internet": "R06",
  "public addresses in a subnet": "R06",
  "DNS firewall off": "R20",
  "DNS firewall allows every name": "R20",
  "DNS firewall made anew for every name": "R20",
  "DNS firewall blocks nothing": "R20",
  "logs of databases and names no longer wanted": "R14",
  "network shared with another account": "R27",
  "program run after a change": "R26",
  "flow log removed": "R12",
  "logs kept a week": "R12",
  "database key no longer rotated": "R10",
  "secret renamed": "R01",
  "recovery window shortened": "R17",
  "no recovery window": "R17",
  "secret with the default key": "R10",
  "rotation removed": "R03",
  "rotation every 120 days": "R03",
  "rotation half as often": "R03",
  "rotation by another function": "R03",
  "deployers' guard removed": "R19",
  "another deployer": "R19",
  "planners read every version": "R19",
  "secret policy allows everybody": "R09",
  "secret policy removed": "R19",
  "secret policy overwritten": "R28",
  "secret policy made anew": "R19",
  "alarm that terminates a server": "R29",
  "public policies not blocked": "R09",
  "key policy for everybody": "R09",
  "key deleted sooner": "R10",
  "endpoint policy widened": "R07",
  "endpoint without private names": "R07",
  "endpoint removed": "R07",
  "rotation of any secret": "R08",
  "rotation function writes all secrets": "R18",
  "rotation function reads all secrets": "R08",
  "rotation callable from any account": "R03",
  "rotation not callable": "R03",
  "literal secret": "R05",
  "another region": "R23",
  "function reads all secrets": "R08",
  "function outside the VPC": "R11",
  "foreign layer": "R11",
  "older runtime": "R11",
  "password in a variable": "R11",
  "role for everybody": "R08",
  "administrator's policy attached": "R08",
  "denial of network interfaces dropped": "R08",
  "log group removed": "R12",
  "mount moved": "R13",
  "versions of Vault's secrets no longer kept": "R13",
  "login for a role of any name": "R16",
  "login gives another policy": "R16",
  "policy reads every secret in Vault": "R16",
  "policy writes a secret in Vault": "R16",
  "another server says who logs in": "R16",
};

/** Rules that have to see a change, too: only these changes show them at work on a recorded plan. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  "secret renamed": ["R22"],
  "way to the internet": ["R25"],
};

/** Each harmless change, and all that is said about it. */
const SAID: Readonly<
  Record<string, { readonly verdict: "safe" | "owner"; readonly rules: readonly string[] }>
> = {
  "another tag": { verdict: "safe", rules: [] },
  "logs kept longer": { verdict: "safe", rules: [] },
  "another maintenance window": { verdict: "safe", rules: [] },
  "more capacity": { verdict: "safe", rules: [] },
  "third instance": { verdict: "safe", rules: [] },
  "construct renamed with a move": { verdict: "safe", rules: ["R15"] },
  // Functions reach fewer names than before; whoever looks after them should know.
  "stricter DNS firewall": { verdict: "owner", rules: ["R20"] },
  "another output": { verdict: "safe", rules: [] },
  "rotates now": { verdict: "safe", rules: ["R04"] },
  "described otherwise": { verdict: "safe", rules: [] },
  "rotation more often": { verdict: "safe", rules: [] },
  "longer rotation window": { verdict: "safe", rules: [] },
  "one more denial": { verdict: "safe", rules: [] },
  "narrower endpoint policy": { verdict: "safe", rules: [] },
  // It stays, and nobody looks after it any longer.
  "alias forgotten": { verdict: "owner", rules: ["R15"] },
  "more memory": { verdict: "safe", rules: [] },
  "longer timeout": { verdict: "safe", rules: [] },
  "other code": { verdict: "safe", rules: [] },
  "another variable": { verdict: "safe", rules: [] },
  "a tag on a function": { verdict: "safe", rules: [] },
  "tokens of a login live shorter": { verdict: "safe", rules: [] },
  "more versions kept in Vault": { verdict: "safe", rules: [] },
};

/** Rules that no recorded plan shows at work. They have their cases in rules.test.ts. */
const NOT_RECORDED: Readonly<Record<string, string>> = {
  R24: "actions need Terraform 1.14; its cases are written by hand, after Terraform's documents",
};

const named = (risky: boolean) =>
  CHANGES.filter((one) => one.risky === risky).map((one) => [one.name, one] as const);
const review = (change: RecordedChange) => reviewPlans([{ stack: change.stack, text: recordedText(change) }]);

test("at least 30 risky and 15 harmless changes of prod are recorded, and nothing else", () => {
  expect(named(true).length).toBeGreaterThanOrEqual(30);
  expect(named(false).length).toBeGreaterThanOrEqual(15);
  const files = readdirSync(RECORDED, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name));
  expect(paths.sort()).toEqual(CHANGES.map(fileOf).sort());
  expect(paths.reduce((sum, path) => sum + statSync(path).size, 0)).toBeLessThan(350_000);
});

test.each(named(true))("risky: %s", (name, change) => {
  const found = review(change);
  expect(found.verdict).not.toBe("safe");
  expect(rulesIn(found)).toEqual(expect.arrayContaining([RULE_OF[name], ...(ALSO[name] ?? [])]));
});

test.each(named(false))("harmless: %s", (name, change) => {
  const found = review(change);
  const { verdict, plans } = found;
  expect({ verdict, rules: rulesIn(found) }).toEqual(SAID[name]);
  expect(plans.some(({ resources, outputs }) => resources.length + outputs.length > 0)).toBe(true);
});

test("each rule is seen at work on a recorded plan, or it is said why not", () => {
  const seen = [RULE_OF, ALSO].flatMap((of) => Object.values(of).flat());
  const said = Object.values(SAID).flatMap(({ rules }) => rules);
  const ids = [...new Set([...seen, ...said, ...Object.keys(NOT_RECORDED)])];
  expect(ids.sort()).toEqual(RULES.map(({ id }) => id).sort());
});

test.each(CHANGES.map((one) => [one.name, one] as const))(
  "can be shown without a secret: %s",
  (_, change) => {
    for (const format of ["markdown", "json"] as const) {
      const { text } = showReview(review(change), format);
      expect(text).not.toContain("withheld");
      expect(text).not.toContain(LITERAL);
    }
  },
);
