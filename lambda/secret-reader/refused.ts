/**
 * SQLSTATE class 28 (PostgreSQL documentation, appendix "Error Codes"), ER_ACCESS_DENIED_ERROR of MySQL by its name and
 * number, and Prisma's "Authentication failed".
 */
const REFUSALS: ReadonlySet<unknown> = new Set([
  "28P01",
  "28000",
  "ER_ACCESS_DENIED_ERROR",
  1045,
  "1045",
  "P1000",
]);

/** Errors that are looked at, of one that wraps many. */
const AT_MOST = 100;

/**
 * Whether an error, or one that it wraps, says that the database refused user and password, as it does after a
 * rotation. Prisma has the code in `errorCode` when it connects and its adapters in `originalCode`, drivers of MySQL
 * also in
 * `sqlState`. The error behind it is the `cause` (drizzle, Prisma, pools of MariaDB's driver), the `parent` and
 * `original` (sequelize), the `driverError` (TypeORM), or one of the `errors` of an AggregateError.
 */
export function isCredentialRefusal(error: unknown): boolean {
  const errors = new Set([error]);
  // A set holds each once, so a circle ends, and iterating it reaches what is added meanwhile.
  for (const one of errors) {
    const wrapper = Object(one);
    if (["code", "errorCode", "originalCode", "sqlState"].some((key) => REFUSALS.has(wrapper[key])))
      return true;
    if (errors.size > AT_MOST) continue;
    const several = Array.isArray(wrapper.errors) ? wrapper.errors.slice(0, AT_MOST) : [];
    for (const inner of [wrapper.cause, wrapper.parent, wrapper.original, wrapper.driverError, ...several]) {
      errors.add(inner);
    }
  }
  return false;
}
