import type { Workflow } from '@sisyphus-state/executor';
import type { WorkflowStore } from '@sisyphus-state/store';
import { eventually } from '../../support/eventually.js';
import { seededRandom } from '../../support/seeded-random.js';
import { enqueue } from '../support/enqueue.js';
import { type Death, holdingsOf, waitsAfter } from '../support/holdings.js';
import { findFaults, readRecordedRuns } from '../support/recorded-runs.js';
import { untilDrained } from '../support/until-drained.js';
import type { SeenError, WorkerProcess } from '../support/worker-process.js';
import type { World } from '../support/world.js';

/** How much work there is, and how often a worker is killed over it. */
export interface ChaosOptions {
  readonly runs: number;
  readonly kills: number;
  readonly workers: number;
  /** Runs that one worker drives at once. */
  readonly concurrency: number;
  /** What a step takes at least and at most. */
  readonly stepMs: readonly [number, number];
  readonly leaseMs: number;
  readonly deadlineMs: number;
  readonly seed: number;
}

/** What came of it; `faults` and `errors` are empty if all is as promised. */
export interface ChaosReport {
  readonly completed: number;
  readonly kills: number;
  /** How many runs lost their holder to a kill. */
  readonly orphaned: number;
  /** The longest that one of those waited for its next holder. */
  readonly longestWaitMs: number;
  readonly drainMs: number;
  readonly attempts: number;
  /** The worst of the workers that lived to the end: how late its event loop was, and how many runs it drove at once. */
  readonly loopP99Ms: number;
  readonly busiest: number;
  readonly faults: readonly string[];
  readonly errors: readonly SeenError[];
}

const stepCount = 5;

export const chaosWorkflow: Workflow = {
  name: 'chaos',
  steps: Array.from({ length: stepCount }, (_, n) => ({
    id: `s${n}`,
    type: 'work',
    with: { ms: `\${{ input.ms[${n}] }}`, value: { [`r${n}`]: n } },
  })),
  output: '${{ context }}',
};

/** Enqueues runs, has processes work on them, and kills one after the other, each when it has runs in hand, spread over the work. */
export async function drainUnderKills(world: World, options: ChaosOptions): Promise<ChaosReport> {
  const store = await world.open();
  const random = seededRandom(options.seed);
  const [least, most] = options.stepMs;
  const stepMs = (): number => Math.round(least + random() * (most - least));
  const inputs = Array.from({ length: options.runs }, () => ({ ms: Array.from({ length: stepCount }, stepMs) }));
  const runIds = await enqueue(store, chaosWorkflow, options.runs, (n) => ({ input: inputs[n] }));
  try {
    return await drain(world, store, runIds, options);
  } catch (cause) {
    throw new Error(`The queue was not drained. The workers saw: ${JSON.stringify(world.errors.slice(-20))}`, {
      cause,
    });
  }
}

async function drain(
  world: World,
  store: WorkflowStore,
  runIds: readonly string[],
  options: ChaosOptions,
): Promise<ChaosReport> {
  const since = performance.now();
  const ended = new Set<unknown>();
  const start = (): WorkerProcess =>
    world.start({
      executor: { leaseMs: options.leaseMs },
      work: { concurrency: options.concurrency },
      measuresLoop: true,
      onEvent: ({ event, runId }) => void (event === 'ended' && ended.add(runId)),
    });
  const slots = Array.from({ length: options.workers }, start);
  const deaths: Death[] = [];
  for (let kill = 1; kill <= options.kills; kill += 1) {
    const progress = (options.runs * kill) / (options.kills + 1);
    await eventually(`${progress} runs have ended`, () => ended.size >= progress, options.deadlineMs);
    const victim = slots.shift();
    if (victim === undefined) throw new Error('There is at least one worker.');
    await victim.next('entered');
    deaths.push({ worker: victim.name, at: victim.signal('SIGKILL') });
    slots.push(start());
  }
  await untilDrained(store, options.deadlineMs);
  const drainMs = performance.now() - since;
  return {
    drainMs,
    kills: deaths.length,
    ...(await inspect(world, store, runIds, deaths)),
    ...(await endAll(world, slots)),
  };
}

async function inspect(world: World, store: WorkflowStore, runIds: readonly string[], deaths: readonly Death[]) {
  const recorded = await readRecordedRuns(store, runIds);
  const waits = waitsAfter(
    deaths,
    recorded.flatMap(({ events }) => holdingsOf(events)),
  );
  return {
    completed: recorded.filter(({ run }) => run.status === 'completed').length,
    orphaned: waits.length,
    longestWaitMs: waits.reduce((longest, wait) => Math.max(longest, wait), 0),
    attempts: recorded.reduce((sum, { steps }) => sum + steps.reduce((own, step) => own + step.attempts, 0), 0),
    faults: findFaults(chaosWorkflow, recorded, world.lines),
  };
}

/** Stops the workers in good order; what they saw in their whole life is in the world's errors by then. */
async function endAll(world: World, workers: readonly WorkerProcess[]) {
  let loopP99Ms = 0;
  let busiest = 0;
  for (const worker of workers) {
    await worker.call('stop');
    // As child.mjs says.
    const figures = (await worker.call('figures')) as Pick<ChaosReport, 'loopP99Ms' | 'busiest'>;
    loopP99Ms = Math.max(loopP99Ms, figures.loopP99Ms);
    busiest = Math.max(busiest, figures.busiest);
    await worker.call('close');
  }
  return { loopP99Ms, busiest, errors: world.errors };
}
