import type { Plan } from "../plan/change";
import type { Found, Rule } from "./rule";

const MOST_GONE = 5;
const MOST_CHANGED = 60;

export const blastRadius: Rule = {
  id: "R14",
  title: "Blast radius",
  plan: (plan) => [...size(plan), ...whole(plan)],
};

function size({ resources }: Plan): Found[] {
  const gone = resources.filter(({ kind }) => kind === "delete" || kind === "replace").length;
  const changed = resources.filter(
    ({ kind }) => kind === "update" || kind === "replace" || kind === "delete",
  ).length;
  return [
    ...(gone > MOST_GONE
      ? [{ severity: "medium" as const, what: `${gone} resources are destroyed or replaced` }]
      : []),
    ...(changed > MOST_CHANGED ? [{ severity: "medium" as const, what: `${changed} resources change` }] : []),
  ];
}

function whole({ complete, errored, deferred, failedChecks }: Plan): Found[] {
  const severity = "block";
  return [
    ...(errored ? [{ severity, what: "planning ended with an error" } as const] : []),
    ...(complete && deferred === 0 ? [] : [{ severity, what: "the plan is not complete" } as const]),
    ...failedChecks.map((what) => ({ severity: "medium" as const, what })),
  ];
}
