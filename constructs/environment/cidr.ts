import { says, text } from "./rule";

const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const BLOCK = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}/(?:[1-9]|[12]\\d|3[0-2])$`);

/** An IPv4 CIDR block with a prefix from `shortest` to `longest`, by its first address, as AWS wants it. */
export function ipv4Block(shortest: number, longest: number, example: string) {
  const rule = `must be an IPv4 CIDR block from /${shortest} to /${longest}`;
  const fix = `write for example "${example}"`;
  return text(BLOCK, rule, fix)
    .refine((block) => prefixOf(block) >= shortest && prefixOf(block) <= longest, {
      error: says(rule, fix),
      abort: true,
    })
    .refine(startsAtItsFirstAddress, says("must be written by the first address of the block", fix));
}

function prefixOf(block: string): number {
  return Number(block.split("/")[1]);
}

function startsAtItsFirstAddress(block: string): boolean {
  const [address = ""] = block.split("/");
  const number = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return number % 2 ** (32 - prefixOf(block)) === 0;
}
