import file from "./prices.json";

/** A list price, without tiers and free ones. Whoever changes one in prices.json says where it stands, and the date. */
export interface Price {
  readonly usd: number;
  readonly per: string;
  /** A key of `SOURCES`. @default - nobody has found it published: not verified */
  readonly source?: string;
  readonly date?: string;
  readonly note?: string;
}

export const PRICES: Readonly<Record<string, Price>> = file.prices;
export const SOURCES: Readonly<Record<string, string>> = file.sources;
/** Where AWS asks for these prices. */
export const PRICED_REGION = file.region;

/** What a price comes to in a month; undefined if it is by use. */
export function monthly({ usd, per }: Price): number | undefined {
  if (per === "hour") return usd * file.hoursOfMonth;
  return per === "month" ? usd : undefined;
}
