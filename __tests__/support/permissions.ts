import type { ApiCall } from "../../testbed/aws/api-calls";
import { notAllowed } from "../../testbed/iam/deploys/not-allowed";
import { type Place, shownPolicy } from "../../testbed/iam/deploys/shown-policies";
import { blocks } from "../docs/support/documents";

/** A policy for Vault that docs/permissions.md shows, for an environment. */
export function shownFile(name: string, namePrefix: string): string {
  const found = blocks.find(({ info }) => info === name);
  if (!found) throw new Error(`no document shows ${name}`);
  return found.code.replaceAll("<namePrefix>", namePrefix);
}

/** Where something is deployed that no environment file names, by the shipped ones' way to write names. */
export function placeOf(namePrefix: string, account = "123456789012"): Place {
  const name = namePrefix.replace(/^secrets-/, "");
  const permissionsBoundaryArn = `arn:aws:iam::${account}:policy/${namePrefix}-boundary`;
  return {
    name,
    namePrefix,
    account,
    region: "ap-northeast-2",
    state: { kind: "local" },
    permissionsBoundaryArn,
  };
}

/** Adds a test: whoever has the deployer's policies may call all that was called so far. */
export function deployersMayCall(calls: () => readonly ApiCall[], namePrefix: string): void {
  test("the deployer's policies allow each call", () => {
    const place = placeOf(namePrefix);
    const policies = (["planner", "deployer"] as const).map((policy) => shownPolicy(policy, place));
    expect(calls().length).toBeGreaterThan(0);
    expect(notAllowed(calls(), policies, place)).toEqual([]);
  });
}
