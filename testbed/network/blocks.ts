/** IPv4 addresses, both ends included. */
export interface Block {
  readonly first: number;
  readonly last: number;
}

/** @param written a CIDR block, or one address */
export function blockOf(written: string): Block {
  const [address = "", length = "32"] = written.split("/");
  const octets = address.split(".").map(Number);
  if (octets.length !== 4 || octets.some((octet) => !(octet >= 0 && octet <= 255)))
    throw new Error(`${written} must be an IPv4 CIDR block or address`);
  const size = 2 ** (32 - Number(length));
  const number = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const first = number - (number % size);
  return { first, last: first + size - 1 };
}

export function overlap(one: Block, other: Block): boolean {
  return one.first <= other.last && other.first <= one.last;
}

export function covers(whole: Block, part: Block): boolean {
  return whole.first <= part.first && part.last <= whole.last;
}

/** Terraform's function of that name. */
export function cidrsubnet(cidr: string, newBits: number, index: number): string {
  const length = Number(cidr.split("/")[1]) + newBits;
  return `${addressOf(blockOf(cidr).first + index * 2 ** (32 - length))}/${length}`;
}

export function addressOf(number: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(number / 2 ** bits) % 256).join(".");
}
