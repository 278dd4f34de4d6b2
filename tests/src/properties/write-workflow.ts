import type { WorkflowDefinition } from '@sisyphus-state/executor';
import type { CrashCase } from '../crash/workflows.js';
import type { StepSpec, ValueSpec } from './random-workflow.js';

/** Writes steps as the definition and the input that an author would. */
export function writeWorkflow(specs: readonly StepSpec[]): CrashCase {
  const steps = specs.map((spec) => writeStep(spec, specs));
  const output = { all: specs.map(({ id }) => `\${{ steps.${id}.output }}`) };
  const workflow: WorkflowDefinition = { name: 'random', steps, output };
  return { name: 'random', workflow, input: inputOf(specs) };
}

export function inputOf(specs: readonly StepSpec[]): Readonly<Record<string, unknown>> {
  const lists = specs.flatMap(({ id, items }) => (items?.from === 'input' ? [[id, items.list] as const] : []));
  return { seed: 'input', yes: true, no: false, lists: Object.fromEntries(lists) };
}

function writeStep(spec: StepSpec, specs: readonly StepSpec[]): WorkflowDefinition['steps'][number] {
  const { id, needs, condition, items, attempts, fail, turns } = spec;
  const idOf = (index: number): string => specs[index]?.id ?? '';
  return {
    id,
    type: 'effect',
    ...(needs === null
      ? {}
      : { needs: needs.map(({ step, optional }) => (optional ? { step: idOf(step), optional } : idOf(step))) }),
    ...(condition === null
      ? {}
      : { if: typeof condition === 'number' ? `steps.${idOf(condition)}.status == "skipped"` : `input.${condition}` }),
    ...(items === null
      ? {}
      : { foreach: items.from === 'input' ? `\${{ input.lists.${id} }}` : items.list, concurrency: items.concurrency }),
    with: { ...writeValue(spec.value, idOf), fail, turns },
    retry: { attempts, backoff: 1, factor: 1, jitter: 'none' },
  } as WorkflowDefinition['steps'][number]; // its literals are JSON: the generator makes no others
}

function writeValue(value: ValueSpec, idOf: (index: number) => string): Readonly<Record<string, unknown>> {
  if (value.kind === 'nothing') return {};
  if (value.kind === 'literal') return { value: value.value };
  if (value.kind === 'seed') return { value: '${{ context.seed }}' };
  if (value.kind === 'output') return { value: `\${{ steps.${idOf(value.step)}.output }}` };
  return { value: `\${{ ${value.kind} }}` };
}
