import { SisyphusError } from '@sisyphus-state/schema';
import type { JsonValue } from '../expressions/json-value.js';
import type { StepDefinition, WorkflowDefinition } from './definition.js';
import { canonicalJson } from './definition-hash.js';

/** What differs between two versions of a workflow. */
export interface DefinitionDiff {
  /** Ids of steps only the new one has. */
  readonly added: readonly string[];
  /** Ids of steps only the old one has. */
  readonly removed: readonly string[];
  /** Steps both have that differ, and in which keys; of a `repeat` that both have, in which of its own (`repeat.max`). */
  readonly changed: readonly { readonly id: string; readonly keys: readonly string[] }[];
  /** The steps both have stand in another order. */
  readonly reordered: boolean;
  /** The workflow's own keys that differ (`input`, `output`, …), `steps` aside. */
  readonly workflowKeys: readonly string[];
}

/** Compares two definitions; the order of keys in an object makes no difference. */
export function diffDefinitions(before: WorkflowDefinition, after: WorkflowDefinition): DefinitionDiff {
  const old = new Map(before.steps.map((step) => [step.id, step]));
  const young = new Map(after.steps.map((step) => [step.id, step]));
  const kept = after.steps.filter((step) => old.has(step.id));
  const changed = kept.flatMap((step) => {
    const keys = differingStepKeys(old.get(step.id) ?? step, step);
    return keys.length === 0 ? [] : [{ id: step.id, keys }];
  });
  return {
    added: after.steps.filter((step) => !old.has(step.id)).map((step) => step.id),
    removed: before.steps.filter((step) => !young.has(step.id)).map((step) => step.id),
    changed,
    reordered: before.steps.filter((step) => young.has(step.id)).some((step, index) => step.id !== kept[index]?.id),
    workflowKeys: differingKeys(before, after).filter((key) => key !== 'steps'),
  };
}

function differingStepKeys(before: StepDefinition, after: StepDefinition): readonly string[] {
  const [old, young] = [before.repeat, after.repeat];
  return differingKeys(before, after).flatMap((key) =>
    key === 'repeat' && old !== undefined && young !== undefined
      ? differingKeys(old, young).map((part) => `repeat.${part}`)
      : [key],
  );
}

function differingKeys(before: object, after: object): readonly string[] {
  const [old, young] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  const keys = new Set([...old.keys(), ...young.keys()]);
  return [...keys].filter((key) => textOf(old.get(key)) !== textOf(young.get(key)));
}

function textOf(value: unknown): string | null {
  // Definitions are plain JSON.
  return value === undefined ? null : canonicalJson(value as JsonValue);
}

/** Whether what a run recorded is still true of a changed definition. */
export interface JournalFit {
  readonly fits: boolean;
  /** What stands in the way, a sentence each. */
  readonly conflicts: readonly string[];
}

/** The keys of a step that say what its record means. How a `repeat` goes on is not of them: only whether there is one. */
const IDENTIFYING_KEYS: readonly string[] = ['type', 'foreach', 'repeat'];

/**
 * Tells whether a run can go on with a changed definition.
 *
 * It can when it is a workflow of the same name and no step that was started is gone, changed its `type` or `foreach`, or came
 * to be repeated or is no more. Steps not started yet may be anything; all else of a step says how it goes on from here
 * (`with`, `if`, `needs`, `retry`, `timeout`, `fallback`, `compensate`, `onError`, `repeat.max` …).
 * `started` are step ids, or keys of steps and items (`classify[3]`).
 */
export function journalFits(diff: DefinitionDiff, started: Iterable<string>): JournalFit {
  // Ids hold none of these, so what stands before the first is the id.
  const ids = new Set([...started].map((key) => /^[^[\]/#]*/.exec(key)?.[0] ?? key));
  const removed = diff.removed.filter((id) => ids.has(id)).map((id) => `step "${id}" was started and is gone`);
  const changed = diff.changed.flatMap(({ id, keys }) => {
    const identifying = keys.filter((key) => IDENTIFYING_KEYS.includes(key));
    return ids.has(id) && identifying.length > 0
      ? [`step "${id}" was started and has another ${identifying.join(' and ')}`]
      : [];
  });
  const renamed = diff.workflowKeys.includes('name') ? ['it is a workflow of another name'] : [];
  const conflicts = [...renamed, ...removed, ...changed];
  return { fits: conflicts.length === 0, conflicts };
}

/** The definition handed in is another than the one the run was started with. */
export class DefinitionDriftError extends SisyphusError {
  readonly code = 'DEFINITION_DRIFT';
  readonly retryable = false;
  readonly runId: string;
  readonly diff: DefinitionDiff;
  readonly fit: JournalFit;

  constructor(runId: string, diff: DefinitionDiff, fit: JournalFit) {
    const lines = [...describeDiff(diff), ...fit.conflicts.map((conflict) => `conflict: ${conflict}`)];
    const advice = fit.fits
      ? "What the run has done fits the new one too. Resume with { onDrift: 'upgrade' } to go on with the new one, or with { onDrift: 'pinned' } to go on with the old one."
      : "What the run has done does not fit the new one: resume with { onDrift: 'pinned' }, or start a new run.";
    super(
      `Run ${runId} was started with another definition:\n${lines.map((line) => `  ${line}`).join('\n')}\n${advice}`,
      {
        details: { runId, diff, conflicts: fit.conflicts },
      },
    );
    this.runId = runId;
    this.diff = diff;
    this.fit = fit;
  }
}

/** The differences, a line each. */
export function describeDiff(diff: DefinitionDiff): readonly string[] {
  return [
    ...diff.added.map((id) => `added: step "${id}"`),
    ...diff.removed.map((id) => `removed: step "${id}"`),
    ...diff.changed.map(({ id, keys }) => `changed: ${keys.join(', ')} of step "${id}"`),
    ...(diff.reordered ? ['reordered: the steps stand in another order'] : []),
    ...diff.workflowKeys.map((key) => `changed: \`${key}\` of the workflow`),
  ];
}
