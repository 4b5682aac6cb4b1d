import type { DatabaseEngine } from "./engine";

/** Engines by the name a secret gives. */
export type EngineRegistry = ReadonlyMap<string, DatabaseEngine>;

export function engineRegistry(...engines: readonly DatabaseEngine[]): EngineRegistry {
  return new Map(engines.flatMap((engine) => engine.names.map((name) => [name, engine] as const)));
}
