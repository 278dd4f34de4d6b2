import { decodeValue, verifyRun } from '@sisyphus-state/store';
import { expect } from 'vitest';
import { logViolations } from './check-log.js';
import type { Place } from './flow.js';
import type { ModelRun } from './model-run.js';
import type { RealWorld } from './real-world.js';

/** Compares a run with its model: status, timer, output, steps, counted attempts and effects; and its log with its tables. */
export async function compareRun(model: ModelRun, real: RealWorld): Promise<void> {
  const { store } = real;
  const [run, steps, events] = [
    await store.readRun(model.id),
    await store.readSteps(model.id),
    await store.readEvents(model.id),
  ];
  if (run === null) throw new Error(`Run ${model.id} is not there.`);
  expect(verifyRun({ run, steps, events })).toEqual([]);
  const found = {
    status: run.status,
    wakeAt: run.wakeAt,
    isUndone: run.endingAs !== null,
    output: decodeValue(run.output),
    steps: steps
      .filter(({ stepKey }) => !stepKey.includes('/'))
      .map(({ stepKey, status, attempts, attemptsBase }) => [stepKey, status, attempts - attemptsBase])
      .sort(),
  };
  expect(found).toEqual({
    status: model.status,
    wakeAt: model.wakeAt,
    isUndone: model.isUndone,
    output: model.status === 'completed' ? model.output : undefined,
    steps: model.places
      .map(({ key, index }) => [key, model.stepAt(index).status, model.stepAt(index).used])
      .filter(([, status]) => status !== null)
      .sort(),
  });
  expect(logViolations(model, events)).toEqual([]);
  compareEffects(model, real.effects.get(model.id) ?? []);
}

/** Of any two steps that follow from one another the effects are in order, and none is there too often. */
function compareEffects(model: ModelRun, effects: readonly string[]): void {
  if (effects.join() === model.effects.join()) return;
  const keys = [...new Set([...effects, ...model.effects])];
  const { crashes } = model;
  for (const key of keys) {
    const [found, expected] = [effects, model.effects].map((all) => all.filter((each) => each === key).length);
    const isExact = crashes === 0;
    const most = isOnce(model, key) ? expected : (expected ?? 0) + crashes;
    if (isExact) expect([key, found]).toEqual([key, expected]);
    else expect(found, key).toBeLessThanOrEqual(most ?? 0);
  }
  const isLoose = (key: string): boolean => crashes > 0 && isOnce(model, key);
  for (const [at, one] of keys.entries())
    for (const other of keys.slice(at)) {
      if (!followsFrom(model, one, other) || isLoose(one) || isLoose(other)) continue;
      const order = (all: readonly string[]) => all.filter((key) => key === one || key === other);
      const shape = (all: readonly string[]) => order(all).filter((key, index, list) => key !== list[index - 1]);
      const how = crashes === 0 ? order : shape;
      expect(how(effects)).toEqual(how(model.effects));
    }
}

function isOnce({ places }: ModelRun, key: string): boolean {
  return places.some((place) => place.key === key && place.spec.kind === 'once');
}

/** What undoes steps comes after all of them, in the opposite order. */
function followsFrom(model: ModelRun, one: string, other: string): boolean {
  const [first, second] = [one, other].map((key) => placeOf(model, key));
  if (first === undefined || second === undefined) return false;
  const isUndoing = (key: string): boolean => key.includes('/');
  if (isUndoing(one) !== isUndoing(other)) return true;
  return first.stage !== second.stage || first.branch === second.branch;
}

function placeOf({ places }: ModelRun, key: string): Place | undefined {
  return places.find((place) => place.key === key.split('/')[0]);
}
