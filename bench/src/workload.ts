import type { Workflow } from '@sisyphus-state/executor';

/** What a step does in every contender: a code handler that returns at once. */
export type Work = () => object;

/** The type of every step; its handler is a `Work`. */
export const workType = 'work';

/** What the handler returns: 100 bytes of JSON. */
export const payload: object = Object.freeze({ text: 'x'.repeat(89) });

/** The handler, when a scenario has nothing to watch. */
export const work: Work = () => payload;

/** The key of a step by its place; the same in every contender. */
export function stepKey(index: number): string {
  return `step${index}`;
}

/** The items of a `foreach`. */
export function itemsOf(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

const workflows = new Map<string, Workflow>();

/** A workflow of so many steps, one after the other; the same object for the same number. */
export function sequentialWorkflow(steps: number): Workflow {
  return remember(`sequential-${steps}`, (name) => ({
    name,
    steps: Array.from({ length: steps }, (_, index) => ({ id: stepKey(index), type: workType })),
  }));
}

/** A workflow of one `foreach` over its input's `items`. */
export function foreachWorkflow(concurrency: number): Workflow {
  return remember(`foreach-${concurrency}`, (name) => ({
    name,
    steps: [{ id: stepKey(0), type: workType, foreach: `\${{ input.items }}`, concurrency }],
  }));
}

/** An application makes its workflow once; the engine checks and compiles a definition object once. */
function remember(name: string, make: (name: string) => Workflow): Workflow {
  const known = workflows.get(name) ?? make(name);
  workflows.set(name, known);
  return known;
}
