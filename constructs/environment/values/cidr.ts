import { message, text } from "./format";

const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const BLOCK = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}/(?:[1-9]|[12]\\d|3[0-2])$`);

/** An IPv4 CIDR block with a prefix from `shortest` to `longest`, by its first address, as AWS wants it. */
export function ipv4Block(shortest: number, longest: number, example: string) {
  const rule = `must be an IPv4 CIDR block from /${shortest} to /${longest}`;
  const fix = `write for example "${example}"`;
  return text(BLOCK, rule, fix)
    .refine((block) => prefixOf(block) >= shortest && prefixOf(block) <= longest, message(rule, fix))
    .refine(startsAtItsFirstAddress, message("must be written by the first address of the block", fix));
}

/** Private addresses (RFC 1918) and those shared behind carriers (RFC 6598), which never lead to the internet. */
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];

/** A block that lies in private address space. */
export function privateBlock(shortest: number, longest: number, example: string) {
  return ipv4Block(shortest, longest, example).refine(
    isPrivate,
    message("must be private addresses", `write for example "${example}"`),
  );
}

function isPrivate(block: string): boolean {
  return PRIVATE.some(
    (whole) =>
      prefixOf(block) >= prefixOf(whole) &&
      numberOf(block) - (numberOf(block) % 2 ** (32 - prefixOf(whole))) === numberOf(whole),
  );
}

function prefixOf(block: string): number {
  return Number(block.split("/")[1]);
}

function startsAtItsFirstAddress(block: string): boolean {
  return numberOf(block) % 2 ** (32 - prefixOf(block)) === 0;
}

function numberOf(block: string): number {
  const [address = ""] = block.split("/");
  return address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
}
