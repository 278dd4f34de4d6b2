import { type Workflow, WorkflowExecutor } from '@sisyphus-state/executor';
import { effectHandler } from '../support/effect-handler.mjs';
import { readEffects } from '../support/effects.mjs';
import { type CallerEnd, endingOf } from './ending.js';
import { findViolations } from './find-violations.js';
import { type RecordedRun, readRecordedRun } from './recorded-run.js';
import type { World } from './world.js';

/** A run with all that its steps waited for, the parent before its children, those in the order of their steps. */
export async function readFamily(world: World): Promise<readonly RecordedRun[]> {
  const store = await world.open();
  const ids = [world.runId];
  try {
    for (const parentRunId of ids) {
      const children = await store.listRuns({ parentRunId, limit: 1000 });
      const inOrder = [...children].sort((one, other) => compare(one, other));
      ids.push(...inOrder.map(({ id }) => id));
    }
  } finally {
    await store.close();
  }
  const family = await Promise.all(ids.map((id) => readRecordedRun(world, id)));
  return family.filter((run) => run !== null);
}

type Place = Pick<RecordedRun['run'], 'id' | 'parentStepKey'>;

function compare(one: Place, other: Place): number {
  const [left, right] = [`${one.parentStepKey} ${one.id}`, `${other.parentStepKey} ${other.id}`];
  return left < right ? -1 : 1;
}

/** What is promised of every run of a family and does not hold, by the run's name. */
export async function familyViolations(world: World, family: readonly RecordedRun[]): Promise<readonly string[]> {
  const lines = readEffects(world.effects);
  const store = await world.open();
  try {
    const found: string[] = [];
    for (const recorded of family) {
      const { id, name, status, definitionHash } = recorded.run;
      const stored = await store.readDefinition(definitionHash ?? '');
      const own = lines.filter(({ runId }) => runId === id);
      const workflow: Workflow = JSON.parse(stored?.body ?? '{"name":"gone","steps":[]}');
      found.push(...findViolations(workflow, recorded, own).map((violation) => `${name}: ${violation}`));
      if (!['completed', 'failed', 'cancelled'].includes(status)) found.push(`${name} is left ${status}`);
    }
    return found;
  } finally {
    await store.close();
  }
}

/** How all runs of a family ended, as one text: their ids are their places in it. */
export function familyEnding(family: readonly RecordedRun[], caller: CallerEnd): string {
  const nobody: CallerEnd = { result: null, error: null };
  const endings = family.map((recorded, index) => endingOf(recorded, index === 0 ? caller : nobody));
  return family.reduce((text, { run }, index) => text.replaceAll(run.id, `<run ${index}>`), endings.join('\n'));
}

/** A process that takes all that is due, like the workers that an application has running. */
export async function sweepUp(world: World, name: string): Promise<void> {
  const { processes } = world;
  const identity = processes.identityOf(name);
  const store = await world.open({ identity, isDead: processes.isDead });
  const handler = effectHandler({ effects: world.effects, mended: () => world.mended });
  const settings = { worker: name, leaseMs: 600_000, parkAfterMs: 1, workflows: [world.workflow] };
  const executor = new WorkflowExecutor(store, [handler], settings);
  try {
    await executor.runUntilIdle();
  } finally {
    processes.kill(name);
    await store.close();
  }
}
