import { sha256 } from '@sisyphus-state/store';
import type { PlanCall } from '../definition/plan.js';
import type { CompiledNode } from '../expressions/compile-value.js';

const constantHashes = new WeakMap<CompiledNode, string>();

/** SHA-256 of the resolved input; a call without expressions has the same one in every run. */
export function hashInput(call: PlanCall, input: unknown): string {
  const { isConstant, node } = call.with;
  if (!isConstant) return sha256(JSON.stringify(input) ?? 'null');
  const known = constantHashes.get(node);
  if (known !== undefined) return known;
  const hash = sha256(JSON.stringify(input) ?? 'null');
  constantHashes.set(node, hash);
  return hash;
}
