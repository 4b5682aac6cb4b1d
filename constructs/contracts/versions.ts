/** Whether version `a` is older than `b`, number by number. */
export function isOlder(a: string, b: string): boolean {
  return a.localeCompare(b, "en", { numeric: true }) < 0;
}
