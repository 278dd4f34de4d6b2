import { createHash } from 'node:crypto';
import { foreachWorkflow, itemsOf, sequentialWorkflow, stepKey } from '../workload.js';
import type { RawStatements } from './raw-statements.js';

/** A run as the raw contender sees it: the keys of its units, of which `atATime` are under way, and what is constant. */
export interface RawPlan {
  readonly name: string;
  readonly hash: string;
  readonly keys: readonly string[];
  readonly stepIds: readonly string[];
  readonly atATime: number;
  /** The step a `foreach`'s units belong to. */
  readonly group: { readonly key: string; readonly itemCount: number; readonly inputHash: string } | null;
  readonly input: string | null;
  /** The context before any result. */
  readonly context: object;
}

/** The hash of an absent `with`. */
export const emptyInputHash = sha256('{}');

/** So many steps, one after the other. */
export function sequentialPlan(statements: RawStatements, steps: number): RawPlan {
  const keys = Array.from({ length: steps }, (_, index) => stepKey(index));
  const definition = keepDefinition(statements, sequentialWorkflow(steps));
  return { ...definition, keys, stepIds: keys, atATime: 1, group: null, input: null, context: {} };
}

/** One `foreach` over so many items. */
export function foreachPlan(statements: RawStatements, count: number, atATime: number): RawPlan {
  const items = itemsOf(count);
  const key = stepKey(0);
  return {
    ...keepDefinition(statements, foreachWorkflow(atATime)),
    keys: items.map((index) => `${key}[${index}]`),
    stepIds: items.map(() => key),
    atATime,
    group: { key, itemCount: count, inputHash: sha256(JSON.stringify(items)) },
    input: JSON.stringify({ items }),
    context: { items },
  };
}

function keepDefinition(statements: RawStatements, workflow: { readonly name: string }) {
  const { name, hash, body } = rawDefinition(workflow);
  statements.insertDefinition.run(hash, name, body, Date.now());
  return { name, hash };
}

/** A definition as it is stored; its hash is not the engine's, who sorts the keys. */
export function rawDefinition(workflow: { readonly name: string }) {
  const body = JSON.stringify(workflow);
  return { name: workflow.name, hash: sha256(body), body };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
