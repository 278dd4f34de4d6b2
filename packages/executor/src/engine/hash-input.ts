import { sha256 } from '@sisyphus-state/store';
import type { PlanStep } from '../definition/plan.js';

const constantHashes = new WeakMap<PlanStep, string>();

/** SHA-256 of the resolved input; a step without expressions has the same one in every run. */
export function hashInput(step: PlanStep, input: unknown): string {
  if (!step.with.isConstant) return sha256(JSON.stringify(input) ?? 'null');
  const known = constantHashes.get(step);
  if (known !== undefined) return known;
  const hash = sha256(JSON.stringify(input) ?? 'null');
  constantHashes.set(step, hash);
  return hash;
}
