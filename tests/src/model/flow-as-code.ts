import { type CodeWorkflow, defineWorkflow, StepFailedError, type WorkflowContext } from '@sisyphus-state/executor';
import type { Effects } from './effects.js';
import { type Flow, goesOnFrom, type Place, retryMs, stagesOf } from './flow.js';

/** The name of the one workflow as code there is: a flow is its input. */
export const codeName = 'flow-as-code';

/** Flows as a function: stage by stage, the branches of each side by side. */
export function flowAsCode(effects: Effects): CodeWorkflow<Flow, unknown> {
  return defineWorkflow({ name: codeName }, async (ctx, flow: Flow) => {
    const output: Record<string, unknown> = {};
    for (const stage of stagesOf(flow)) {
      await Promise.all(
        stage.map(async (branch) => {
          for (const place of branch) output[place.key] = await caught(place, ask(ctx, place, effects));
        }),
      );
    }
    return output;
  });
}

async function caught(place: Place, step: Promise<unknown>): Promise<unknown> {
  try {
    return (await step) ?? null;
  } catch (error) {
    if (goesOnFrom(place) && error instanceof StepFailedError) return place.spec.kind === 'approval' ? 'failed' : null;
    throw error;
  }
}

/** Some steps are functions, some call handlers: both are steps. */
function ask(ctx: WorkflowContext, { spec, key, signal }: Place, effects: Effects): Promise<unknown> {
  switch (spec.kind) {
    case 'act':
      if (!spec.undo) return ctx.step(key, { type: 'act', with: { turns: spec.turns } });
      return ctx.step(key, (run) => effects.act(run, spec.turns), { compensate: (_, run) => effects.act(run) });
    case 'flaky': {
      const retry = { attempts: spec.attempts, backoff: retryMs, factor: 1, jitter: 'none' as const };
      return ctx.step(key, (run) => effects.flaky(run, spec.healMs, spec.turns), { retry });
    }
    case 'once':
      return ctx.step(key, (run) => effects.act(run), { delivery: 'at-most-once' });
    case 'sleep':
      return ctx.sleep(key, spec.forMs);
    case 'signal':
      return ctx.waitForSignal(signal, spec.timeoutMs === null ? {} : { timeout: spec.timeoutMs });
    default:
      return ctx.step(key, { type: 'approval', with: { message: 'well?' } }).then(() => 'completed');
  }
}
