import type { ApiCall } from "../api-calls";
import type { ServiceError } from "./errors";
import { ASSUMED_RATES, PUBLISHED_RATES, type Rate } from "./rates";

/** How many tokens a second others leave of those that a service publishes. */
export type LeftRate = (perSecond: number) => number;

const RATE_EXCEEDED: ServiceError = { status: 400, code: "ThrottlingException", message: "Rate exceeded" };
const QUERY_REFUSAL: ServiceError = { status: 400, code: "Throttling", message: "Rate exceeded" };
const QUERIES = new Set(["iam", "rds", "sts", "sns", "cloudwatch", "route53"]);

/**
 * What each service answers to a request too many. Amazon EC2 Developer Guide, "Request throttling"; Amazon S3 API
 * Reference, "Error responses"; Elastic Load Balancing User Guide, "Request throttling"; botocore's models of Lambda,
 * Scheduler and Service Quotas, whose errors have these names; "Common errors" of the others.
 */
const REFUSALS: Readonly<Record<string, ServiceError>> = {
  ec2: { status: 503, code: "RequestLimitExceeded", message: "Request limit exceeded." },
  s3: { status: 503, code: "SlowDown", message: "Please reduce your request rate." },
  lambda: { status: 429, code: "TooManyRequestsException", message: "Rate exceeded" },
  elasticloadbalancing: RATE_EXCEEDED,
  scheduler: { status: 429, code: "ThrottlingException", message: "Rate exceeded" },
  servicequotas: { status: 400, code: "TooManyRequestsException", message: "Rate exceeded" },
};

interface Bucket {
  tokens: number;
  /** When they were counted, in milliseconds. */
  at: number;
}

/** Token buckets, full at the start. */
export class Throttling {
  readonly #buckets = new Map<string, Bucket>();

  constructor(
    private readonly left: LeftRate,
    private readonly now: () => number,
  ) {}

  /** Takes a token. Undefined if there was one. */
  refuse({ service, action }: Pick<ApiCall, "service" | "action">): ServiceError | undefined {
    const rates = PUBLISHED_RATES[service] ?? ASSUMED_RATES[service];
    const rate = rates?.find(({ operations }) => operations.test(action));
    if (rate === undefined || this.#takes(service, action, rate)) return undefined;
    return REFUSALS[service] ?? (QUERIES.has(service) ? QUERY_REFUSAL : RATE_EXCEEDED);
  }

  #takes(service: string, action: string, { operations, perSecond, burst = perSecond, each }: Rate): boolean {
    const refill = this.left(perSecond);
    const size = Math.max((burst * refill) / perSecond, 1);
    const now = this.now();
    const name = `${service} ${each ? action : operations}`;
    const { tokens, at } = this.#buckets.get(name) ?? { tokens: size, at: now };
    const filled = Math.min(tokens + ((now - at) / 1_000) * refill, size);
    this.#buckets.set(name, { tokens: filled >= 1 ? filled - 1 : filled, at: now });
    return filled >= 1;
  }
}
