import { AwsError } from "./aws-protocol";

/** Network interfaces that a service of AWS made, which nobody can make by EC2's API. */
export interface ServiceInterfaces {
  readonly count: number;
  /** As DescribeNetworkInterfaces answers it. */
  readonly interfaceType: "lambda" | "vpc_endpoint" | "interface";
  readonly vpcId: string;
  /** Shown only to who asks for IncludeManagedResources. @default false */
  readonly hidden?: boolean;
}

/** Amazon EC2 API Reference, "DescribeNetworkInterfaces": from 5 to 1,000; more than that cannot come in one answer. */
const LARGEST_PAGE = 1_000;

/**
 * What moto's DescribeNetworkInterfaces lacks: pages, the refusal to answer without them, interfaces of services, and
 * those that are hidden.
 */
export class NetworkInterfaces {
  #ofServices: ServiceInterfaces[] = [];

  add(interfaces: ServiceInterfaces): void {
    this.#ofServices.push(interfaces);
  }

  /** Forgets what was added. */
  reset(): void {
    this.#ofServices = [];
  }

  /**
   * @param answer of moto: XML with all the interfaces that it knows.
   * @param input the query.
   */
  page(answer: string, input: Readonly<Record<string, unknown>>): string {
    const begin = answer.indexOf("<networkInterfaceSet>") + "<networkInterfaceSet>".length;
    const end = answer.lastIndexOf("</networkInterfaceSet>");
    if (end === -1)
      return this.#isUnfiltered(input) ? this.#page(answer.replace(EMPTY, FULL), [], input) : answer;
    const items = itemsOf(answer.slice(begin, end));
    return this.#page(answer.slice(0, begin) + answer.slice(end), items, input);
  }

  #page(frame: string, known: readonly string[], input: Readonly<Record<string, unknown>>): string {
    const all = [...known, ...(this.#isUnfiltered(input) ? this.#itemsOfServices(input) : [])];
    const size = input.MaxResults === undefined ? undefined : Number(input.MaxResults);
    if (size === undefined && all.length > LARGEST_PAGE)
      throw new AwsError("OperationNotPermitted", "More than 1000 network interfaces: use pagination.");
    const from = Number(input.NextToken ?? 0);
    const to = from + (size ?? all.length);
    const next = to < all.length ? `<nextToken>${to}</nextToken>` : "";
    return frame.replace(
      "</networkInterfaceSet>",
      () => `${all.slice(from, to).join("")}</networkInterfaceSet>${next}`,
    );
  }

  #isUnfiltered(input: Readonly<Record<string, unknown>>): boolean {
    return !Object.keys(input).some((key) => /^(Filter|NetworkInterfaceId)\./.test(key));
  }

  #itemsOfServices(input: Readonly<Record<string, unknown>>): string[] {
    return this.#ofServices
      .filter(({ hidden }) => !hidden || input.IncludeManagedResources === "true")
      .flatMap(({ count, interfaceType, vpcId }) =>
        Array.from(
          { length: count },
          () => `<item><interfaceType>${interfaceType}</interfaceType><vpcId>${vpcId}</vpcId></item>`,
        ),
      );
  }
}

const EMPTY = /<networkInterfaceSet\s*\/>/;
const FULL = "<networkInterfaceSet></networkInterfaceSet>";

/** The outermost `<item>`s of a set. */
function itemsOf(set: string): string[] {
  const items: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: tag, index } of set.matchAll(/<item>|<\/item>|<item\s*\/>/g)) {
    if (tag === "<item>" && depth++ === 0) start = index;
    if (tag === "</item>" && --depth === 0) items.push(set.slice(start, index + tag.length));
  }
  return items;
}
