import type { Json } from "../aws/aws-protocol";

/** A rule of EventBridge with one target, as Terraform deployed it. */
export interface EventRule {
  /** JSON. */
  readonly eventPattern: string;
  readonly inputPaths: Readonly<Record<string, string>>;
  readonly inputTemplate: string;
}

/** What a target gets. */
export interface Message {
  readonly text: string;
}

/** What EventBridge, which no emulator has deliver anything, would send because of an event. */
export function messagesOf(event: Json, rules: readonly EventRule[]): readonly Message[] {
  return rules
    .filter(({ eventPattern }) => matches(JSON.parse(eventPattern), event))
    .map((rule) => ({ text: transformed(rule, event) }));
}

/** Amazon EventBridge User Guide, "Amazon EventBridge event patterns", as far as rules here go. */
function matches(pattern: unknown, value: unknown): boolean {
  if (Array.isArray(pattern)) return pattern.some((accepted) => accepts(accepted, value));
  if (pattern === null || typeof pattern !== "object")
    throw new Error(`an event pattern has lists for values, got ${JSON.stringify(pattern)}`);
  return Object.entries(pattern).every(([key, inner]) => matches(inner, (value as Json | undefined)?.[key]));
}

function accepts(accepted: unknown, value: unknown): boolean {
  if (typeof accepted === "string") return value === accepted;
  const { prefix, numeric, ...unknown } = Object(accepted) as { prefix?: string; numeric?: unknown[] };
  if (Object.keys(unknown).length > 0 || (numeric && numeric.join() !== ">,0"))
    throw new Error(`of operators, prefix and numeric > 0 are known here, got ${JSON.stringify(accepted)}`);
  if (numeric) return typeof value === "number" && value > 0;
  return typeof value === "string" && value.startsWith(String(prefix));
}

/** Amazon EventBridge User Guide, "Amazon EventBridge input transformation": text that is in quotes keeps them. */
function transformed({ inputPaths, inputTemplate }: EventRule, event: Json): string {
  return inputTemplate.replaceAll(/<(\w+)>/g, (_, name: string) => {
    const path = inputPaths[name];
    if (path === undefined) throw new Error(`the template has <${name}>, for which there is no path`);
    return String(valueAt(event, path) ?? "");
  });
}

function valueAt(event: Json, path: string): unknown {
  const [root, ...keys] = path.split(".");
  if (root !== "$") throw new Error(`a path begins with "$.", got ${path}`);
  return keys.reduce<unknown>((at, key) => (at as Json | undefined)?.[key], event);
}
