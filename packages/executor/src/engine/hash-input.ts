import { sha256 } from '@sisyphus-state/store';
import type { PlanCall } from '../definition/plan.js';

const constantHashes = new WeakMap<PlanCall, string>();

/** SHA-256 of the resolved input; a call without expressions has the same one in every run. */
export function hashInput(call: PlanCall, input: unknown): string {
  if (!call.with.isConstant) return sha256(JSON.stringify(input) ?? 'null');
  const known = constantHashes.get(call);
  if (known !== undefined) return known;
  const hash = sha256(JSON.stringify(input) ?? 'null');
  constantHashes.set(call, hash);
  return hash;
}
