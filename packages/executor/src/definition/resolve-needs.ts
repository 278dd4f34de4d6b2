import type { NeedDefinition, StepDefinition } from './definition.js';

/** A step that another needs, by its place in the list. */
export interface Need {
  readonly index: number;
  readonly optional: boolean;
}

/** A need that names no step: who has it, and which of their needs it is. */
export interface UnknownNeed {
  readonly index: number;
  readonly position: number;
  readonly name: string;
}

/** What each step needs, in the order written; unknown ones are left out there and listed. */
export interface ResolvedNeeds {
  readonly needs: readonly (readonly Need[])[];
  readonly unknown: readonly UnknownNeed[];
}

/** The place of each id; of two steps with one id, the first. */
export function indexSteps(ids: readonly (string | null)[]): ReadonlyMap<string, number> {
  const indexes = new Map<string, number>();
  for (const [index, id] of ids.entries()) if (id !== null && !indexes.has(id)) indexes.set(id, index);
  return indexes;
}

/** Resolves what steps need: the step before, unless `needs` says otherwise. */
export function resolveNeeds(
  steps: readonly (Pick<StepDefinition, 'needs'> | null)[],
  indexes: ReadonlyMap<string, number>,
): ResolvedNeeds {
  const unknown: UnknownNeed[] = [];
  const needs = steps.map((step, index) => {
    if (step?.needs === undefined) return index === 0 ? [] : [{ index: index - 1, optional: false }];
    const resolved: Need[] = [];
    for (const [position, need] of step.needs.entries()) {
      const name = nameOfNeed(need);
      const target = indexes.get(name);
      if (target === undefined) unknown.push({ index, position, name });
      else resolved.push({ index: target, optional: typeof need === 'object' && need.optional === true });
    }
    return resolved;
  });
  return { needs, unknown };
}

/** The id a need names. */
export function nameOfNeed(need: NeedDefinition): string {
  return typeof need === 'string' ? need : need.step;
}
