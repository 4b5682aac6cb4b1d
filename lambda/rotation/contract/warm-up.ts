/**
 * An event that has the function answer at once. Lambda takes the network interface of a function away that was idle
 * for 14 days (AWS Lambda Developer Guide, "Hyperplane ENIs"), and its next call fails, which may be a rotation's.
 */
export const WARM_UP = { WarmUp: true } as const;

export function isWarmUp(event: unknown): boolean {
  return (Object(event) as Partial<typeof WARM_UP>).WarmUp === true;
}
