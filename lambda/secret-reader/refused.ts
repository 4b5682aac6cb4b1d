/** SQLSTATE class 28 (PostgreSQL documentation, appendix "Error Codes") and ER_ACCESS_DENIED_ERROR of MySQL. */
const REFUSALS = new Set(["28P01", "28000", "ER_ACCESS_DENIED_ERROR"]);

/** Whether a database driver's error says that user and password were refused, as it does after a rotation. */
export function isCredentialRefusal(error: unknown): boolean {
  return REFUSALS.has((error as { code?: string } | undefined)?.code ?? "");
}
