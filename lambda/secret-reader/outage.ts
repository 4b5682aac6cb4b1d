// What counts as an outage. It is a list, because whatever is not on it is an answer: whoever revokes a secret, by any
// of the many ways there are, counts on the function to stop.

/**
 * Whether a store says by this HTTP status that it cannot answer now. Of Vault's own (API documentation, "HTTP status
 * codes") 412 is a replica that lags behind, 472 and 473 are standbys.
 */
export function isOutage(status: number): boolean {
  return [412, 429, 472, 473, 500, 502, 503, 504].includes(status);
}

/**
 * The refusal that an extension wraps in a 500 of its own, as Vault's does with any error of its login ("Code: 403")
 * and with those of the AWS SDK in it ("status code: 403"); without one the status itself.
 */
export function statusBehind(status: number, body: string): number {
  const refusal = status === 500 && !STS_DOWN.test(body) && /code\W{1,3}([34]\d\d)\b/i.exec(body)?.[1];
  return Number(refusal || status);
}

/**
 * Vault refuses a login with 400 also if STS, which it asks who the function is, does not answer. What STS itself
 * refuses is a refusal, unless it only has too much to do.
 */
const STS_DOWN =
  /error making upstream request(?!.*received error code 4\d\d from STS(?!.*<Code>(?:Throttl|RequestLimit)))/is;

/**
 * Whether an error's code is of the operating system, such as ECONNRESET, and not of Node.js, which has ERR_ and HPE_.
 */
export function isConnectionLost(code = ""): boolean {
  return /^E(?!RR_)/.test(code);
}

/** Whether an error's code is of Node's HTTP parser. */
export function isNotHttp(code = ""): boolean {
  return code.startsWith("HPE_");
}
