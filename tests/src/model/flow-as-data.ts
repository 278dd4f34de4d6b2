import type { StepDefinition, WorkflowDefinition } from '@sisyphus-state/executor';
import { type Flow, goesOnFrom, type Place, placesOf, retryMs } from './flow.js';

/** The flow as a workflow as data. */
export function flowAsData(flow: Flow): WorkflowDefinition {
  const places = placesOf(flow);
  const steps = places.map((place) => {
    const needs = place.needs.map((index) => places[index]?.key ?? '');
    return { id: place.key, needs, ...(goesOnFrom(place) && { onError: 'continue' as const }), ...stepOf(place) };
  });
  return {
    name: 'flow-as-data',
    steps,
    output: Object.fromEntries(places.map((place) => [place.key, resultOf(place)])),
  };
}

function stepOf({ spec, signal }: Place): Omit<StepDefinition, 'id'> & { readonly type: string } {
  switch (spec.kind) {
    case 'act':
      return { type: 'act', with: { turns: spec.turns }, ...(spec.undo && { compensate: { type: 'act' } }) };
    case 'flaky': {
      const retry = { attempts: spec.attempts, backoff: retryMs, factor: 1, jitter: 'none' as const };
      return { type: 'flaky', with: { healMs: spec.healMs, turns: spec.turns }, retry };
    }
    case 'once':
      return { type: 'act', delivery: 'at-most-once' as const };
    case 'sleep':
      return { type: 'sleep', with: { for: spec.forMs } };
    case 'signal':
      return { type: 'wait-for-signal', with: { signal, ...(spec.timeoutMs && { timeout: spec.timeoutMs }) } };
    default:
      return { type: 'approval', with: { message: 'well?' } };
  }
}

/** Of an approval what became of it: its own result holds an instant. */
function resultOf({ key, spec }: Place): string {
  return spec.kind === 'approval' ? `\${{ steps.${key}.status }}` : `\${{ steps.${key}.output }}`;
}
