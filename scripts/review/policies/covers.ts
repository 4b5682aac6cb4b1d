import type { Condition, Names, Statement } from "./statements";

/** Whether every request that the second statement matches is one that the first one matches. */
export function covers(wide: Statement, narrow: Statement): boolean {
  return (
    namesCover(wide.actions, narrow.actions) &&
    namesCover(wide.resources, narrow.resources) &&
    principalsCover(wide.principals, narrow.principals) &&
    conditionsCover(wide, narrow)
  );
}

/** As far as principals, actions and resources go. */
export function coversWithoutConditions(wide: Statement, narrow: Statement): boolean {
  return covers({ ...wide, conditions: [] }, narrow);
}

/** Each condition of the wide statement has to be one of the narrow, and to be met whenever that one is. */
function conditionsCover(wide: Statement, narrow: Statement): boolean {
  return wide.conditions.every((theirs) => narrow.conditions.some((ours) => conditionCovers(theirs, ours)));
}

function conditionCovers(wide: Condition, narrow: Condition): boolean {
  if (wide.operator.toLowerCase() !== narrow.operator.toLowerCase() || wide.key !== narrow.key) return false;
  // `…NotEquals` and `…NotLike` are met by fewer requests the more values they have.
  if (/not(equals|like)|notip/i.test(wide.operator)) return isSubset(wide.values, narrow.values);
  const isPattern = /like/i.test(wide.operator);
  return narrow.values.every((value) =>
    wide.values.some((one) => one === value || (isPattern && globCovers(one, value))),
  );
}

function namesCover(wide: Names, narrow: Names): boolean {
  if (wide.except && narrow.except) return isSubset(wide.names, narrow.names);
  if (narrow.except) return wide.names.includes("*");
  if (wide.except) return !narrow.names.some((name) => wide.names.some((not) => mayOverlap(not, name)));
  return narrow.names.every((name) => wide.names.some((one) => globCovers(one, name)));
}

/** `AWS:*` is everybody. Other principals are no patterns. */
function principalsCover(wide: Names | undefined, narrow: Names | undefined): boolean {
  if (!wide || !narrow) return wide === narrow;
  if (!wide.except && wide.names.some((name) => name === "AWS:*" || name === "*:*")) return true;
  if (wide.except || narrow.except) return wide.except && narrow.except && isSubset(wide.names, narrow.names);
  return isSubset(narrow.names, wide.names);
}

function isSubset(some: readonly string[], all: readonly string[]): boolean {
  return some.every((one) => all.includes(one));
}

function mayOverlap(one: string, other: string): boolean {
  return /[*?]/.test(one + other) || one === other;
}

/** Whether whatever a pattern with `*` and `?` stands for is covered by another one. Linear, whatever is in it. */
export function globCovers(wide: string, narrow: string): boolean {
  let [at, star, from] = [0, -1, 0];
  for (let index = 0; index < narrow.length; ) {
    const isOne = wide[at] === narrow[index] || (wide[at] === "?" && narrow[index] !== "*");
    if (wide[at] === "*") {
      [star, from] = [at, index];
      at += 1;
    } else if (isOne) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      from += 1;
      [at, index] = [star + 1, from];
    } else return false;
  }
  return /^\**$/.test(wide.slice(at));
}
