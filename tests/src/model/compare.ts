import { verifyRun, type WorkflowStore } from '@sisyphus-state/store';
import { expect } from 'vitest';
import { keyOf } from './flow.js';
import type { ModelRun } from './model-run.js';
import type { RealWorld } from './real-world.js';

/** Compares a run with its model: status, timer, steps, counted attempts and effects; and its log with its tables. */
export async function compareRun(model: ModelRun, real: RealWorld, store: WorkflowStore): Promise<void> {
  const [run, steps, events] = [
    await store.readRun(model.id),
    await store.readSteps(model.id),
    await store.readEvents(model.id),
  ];
  if (run === null) throw new Error(`Run ${model.id} is not there.`);
  expect(verifyRun({ run, steps, events })).toEqual([]);
  const main = steps.filter(({ stepKey }) => !stepKey.includes('/'));
  const found = {
    status: run.status,
    wakeAt: run.wakeAt,
    isUndone: run.endingAs !== null,
    steps: main.map(({ stepKey, status, attempts, attemptsBase }) => [stepKey, status, attempts - attemptsBase]),
  };
  expect(found).toEqual({
    status: model.status,
    wakeAt: model.wakeAt,
    isUndone: model.isUndone,
    steps: model.steps.flatMap(({ status, used }, index) => (status === null ? [] : [[keyOf(index), status, used]])),
  });
  compareEffects(model, real.effects.get(model.id) ?? []);
}

/** Nothing is done twice, but for what a crash cut off; what must not be repeated is not repeated even then. */
function compareEffects(model: ModelRun, effects: readonly string[]): void {
  if (!model.hasCrashed) return expect(effects).toEqual(model.effects);
  const isOnce = (key: string): boolean =>
    model.flow.some(({ kind }, index) => kind === 'once' && key === keyOf(index));
  const shape = (keys: readonly string[]) =>
    keys.filter((key) => !isOnce(key)).filter((key, index, all) => key !== all[index - 1]);
  expect(shape(effects)).toEqual(shape(model.effects));
  const count = (keys: readonly string[], key: string): number => keys.filter((each) => each === key).length;
  for (const key of effects.filter(isOnce)) expect(count(effects, key)).toBeLessThanOrEqual(count(model.effects, key));
}
