/**
 * Takes the place of iconv-lite, which mysql2 asks to read character sets other than Node's own, and whose tables would
 * be half of the function's zip file. Sessions speak utf8mb4 (see `connection.ts`), which mysql2 reads with Node.
 */
export function getDecoder(encoding: string): never {
  throw new RangeError(`the rotation function does not read ${encoding}`);
}

export const getEncoder = getDecoder;

export function encodingExists(): boolean {
  return false;
}

export default { getDecoder, getEncoder, encodingExists };
