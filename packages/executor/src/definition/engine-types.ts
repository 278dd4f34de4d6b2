/**
 * The step types that the engine carries out itself: they wait, without an attempt and without a process.
 *
 * No handler may have one of these names.
 */
export const ENGINE_TYPES = ['sleep', 'wait-for-signal', 'approval', 'workflow'] as const;
export type EngineType = (typeof ENGINE_TYPES)[number];

/** Those that wait for a time or for an outsider; a `workflow` waits for a run of its own. */
export type WaitType = Exclude<EngineType, 'workflow'>;

/** Tells whether steps of a type need no handler. */
export function isEngineType(type: string): type is EngineType {
  return ENGINE_TYPES.some((known) => known === type);
}
