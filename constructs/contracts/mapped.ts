/** The same keys with other values; without those that have none. */
export function mapped<Value, Result>(
  record: Readonly<Record<string, Value>>,
  of: (value: Value, key: string) => Result | undefined,
): Record<string, Result> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([key, value]) => {
      const result = of(value, key);
      return result === undefined ? [] : [[key, result]];
    }),
  );
}
