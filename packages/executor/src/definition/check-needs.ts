import { suggestName } from './closest.js';
import type { StepDefinition } from './definition.js';
import type { Finding } from './definition-issue.js';
import { closeNeeds, type NeedsClosure } from './needs-closure.js';
import { orderNeeds } from './order-needs.js';
import { indexSteps, nameOfNeed, resolveNeeds } from './resolve-needs.js';

/** What is wrong with the ids and needs of steps, and what the checks of expressions ask about them. */
export interface NeedsCheck {
  readonly findings: readonly Finding[];
  readonly indexes: ReadonlyMap<string, number>;
  /** Null while there is a cycle. */
  readonly isNeeded: NeedsClosure | null;
}

/** Checks that ids are unique and that needs name steps, each once, without a cycle. A step that is null has its id only. */
export function checkNeeds(ids: readonly (string | null)[], steps: readonly (StepDefinition | null)[]): NeedsCheck {
  const indexes = indexSteps(ids);
  const { needs, unknown } = resolveNeeds(steps, indexes);
  const { order, cycles } = orderNeeds(needs);
  const listed = `The steps there are: ${listNames(indexes.keys())}.`;
  const plain = needs.map((list) => list.map((need) => need.index));
  const findings = [
    ...duplicateIds(ids, indexes),
    ...repeatedNeeds(steps),
    ...unknown.map(({ index, position, name }): Finding => {
      const path = ['steps', index, 'needs', position];
      const remedy = suggestName(name, indexes.keys(), listed);
      return { code: 'UNKNOWN_STEP', path, message: `there is no step "${name}" to need`, remedy };
    }),
    ...cycles.map((cycle) => cycleFinding(cycle, ids)),
  ];
  return { findings, indexes, isNeeded: cycles.length > 0 ? null : closeNeeds(plain, order) };
}

function duplicateIds(ids: readonly (string | null)[], indexes: ReadonlyMap<string, number>): readonly Finding[] {
  return ids.flatMap((id, index): Finding[] => {
    if (id === null || indexes.get(id) === index) return [];
    const message = `there is a step "${id}" before this one (steps[${indexes.get(id)}])`;
    return [
      { code: 'DUPLICATE_STEP', path: ['steps', index, 'id'], message, remedy: 'Give each step an id of its own.' },
    ];
  });
}

function repeatedNeeds(steps: readonly (StepDefinition | null)[]): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [index, step] of steps.entries()) {
    const seen = new Set<string>();
    for (const [position, need] of (step?.needs ?? []).entries()) {
      const name = nameOfNeed(need);
      const path = ['steps', index, 'needs', position];
      const message = `the step "${name}" is needed twice`;
      if (seen.has(name)) findings.push({ code: 'NEEDS_TWICE', path, message, remedy: 'Name each need once.' });
      seen.add(name);
    }
  }
  return findings;
}

function cycleFinding(cycle: readonly number[], ids: readonly (string | null)[]): Finding {
  const names = [...cycle, cycle[0] ?? 0].map((index) => ids[index] ?? `steps[${index}]`);
  const shown = names.length <= 20 ? names : [...names.slice(0, 10), '…', ...names.slice(-9)];
  const message = `steps need each other in a circle: ${shown.join(' → ')}`;
  return {
    code: 'NEEDS_CYCLE',
    path: ['steps', cycle[0] ?? 0, 'needs'],
    message,
    remedy: 'Take one of these needs out: the first step to start can need none of the others.',
  };
}

/** Names in a sentence, not too many. */
export function listNames(names: Iterable<string>): string {
  const shown: string[] = [];
  for (const name of names) {
    if (shown.length === 10) return `${shown.join(', ')}, …`;
    shown.push(name);
  }
  return shown.length === 0 ? 'none' : shown.join(', ');
}
