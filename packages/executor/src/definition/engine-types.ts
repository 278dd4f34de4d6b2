/**
 * The step types that the engine carries out itself: they wait, without an attempt and without a process.
 *
 * No handler may have one of these names.
 */
export const ENGINE_TYPES = ['sleep', 'wait-for-signal', 'approval'] as const;
export type EngineType = (typeof ENGINE_TYPES)[number];

/** Tells whether steps of a type need no handler. */
export function isEngineType(type: string): type is EngineType {
  return ENGINE_TYPES.some((known) => known === type);
}
