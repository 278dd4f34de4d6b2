import { type CodeWorkflow, defineWorkflow, type Workflow, WorkflowExecutor } from '@sisyphus-state/executor';
import { openStore } from '@sisyphus-state/store';
import { type Bench, count, fileIn, type Scenario } from '../bench.js';
import { type Synchronous, synchronousModes } from '../contenders/contender.js';
import { durabilityOf } from '../contenders/engine.js';
import { pool } from '../contenders/pool.js';
import { createTables } from '../fixtures/create-tables.js';
import { interleave } from '../measure/interleave.js';
import { median, medianRatio } from '../measure/statistics.js';
import { timed } from '../measure/timed.js';
import { type Aim, atLeast, atMost, type Figure } from '../report/figure.js';
import { foreachWorkflow, itemsOf, sequentialWorkflow, stepKey, work, workType } from '../workload.js';

/** Workflows as code beside the same as data: short runs one at a time and side by side, a fan-out, and a long run that is resumed. */
export const code: Scenario = async (bench) => {
  const figures: Figure[] = [];
  for (const synchronous of synchronousModes) {
    figures.push(await compare(bench, synchronous, oneAtATime(bench)));
    figures.push(await compare(bench, synchronous, sideBySide(bench)));
    figures.push(await compare(bench, synchronous, fanOut(bench)));
  }
  return [...figures, ...(await replays(bench))];
};

interface Form {
  readonly what: string;
  readonly rounds: number;
  readonly steps: number;
  readonly turn: (executor: WorkflowExecutor, form: 'code' | 'data') => Promise<unknown>;
  readonly aim: Aim | null;
}

function oneAtATime({ sizes }: Bench): Form {
  const { rounds, runs } = sizes.sequential;
  const forms = { code: chain(sizes.steps), data: sequentialWorkflow(sizes.steps) };
  return {
    what: `${count(rounds * runs)} runs × ${sizes.steps} steps, one at a time, as code beside data`,
    ...{ rounds, steps: runs * sizes.steps, aim: atLeast(0.9) },
    turn: (executor, form) => pool(runs, 1, () => executor.execute(forms[form])),
  };
}

function sideBySide({ sizes }: Bench): Form {
  const { rounds, runs, atATime } = sizes.concurrent;
  const forms = { code: chain(sizes.steps), data: sequentialWorkflow(sizes.steps) };
  return {
    what: `${count(rounds * runs)} runs × ${sizes.steps} steps, ${atATime} at a time, as code beside data`,
    ...{ rounds, steps: runs * sizes.steps, aim: null },
    turn: (executor, form) => pool(runs, atATime, () => executor.execute(forms[form])),
  };
}

function fanOut({ sizes }: Bench): Form {
  const { rounds, items } = sizes.foreach;
  const input = { items: itemsOf(items) };
  const forms: Readonly<Record<'code' | 'data', Workflow>> = { code: fan, data: foreachWorkflow(1000) };
  return {
    what: `${count(items)} steps of one run at once, as code beside a foreach`,
    ...{ rounds, steps: items, aim: null },
    turn: (executor, form) => executor.execute(forms[form], input),
  };
}

async function compare(bench: Bench, mode: Synchronous, { what, rounds, steps, turn, aim }: Form): Promise<Figure> {
  const path = fileIn(bench, `code-${mode}`);
  await createTables(path, 'engine');
  const store = await openStore(path, { durability: durabilityOf[mode] });
  const executor = new WorkflowExecutor(store, { [workType]: work });
  try {
    const samples = await interleave(
      { code: () => timed(() => turn(executor, 'code')), data: () => timed(() => turn(executor, 'data')) },
      { rounds, warmUps: 2 },
    );
    const rates = {
      code: samples.code.map(({ seconds }) => steps / seconds),
      data: samples.data.map(({ seconds }) => steps / seconds),
    };
    return {
      ...{ scenario: 'code', what, mode },
      rows: [
        { unit: 'as code, steps/s', values: { engine: median(rates.code) } },
        { unit: 'as data, steps/s', values: { engine: median(rates.data) } },
      ],
      ratios: [{ of: 'of data', value: medianRatio(rates.code, rates.data), aim }],
    };
  } finally {
    await store.close();
  }
}

/** A run of ten times as many steps should take ten times as long to replay, and not more. */
async function replays(bench: Bench): Promise<readonly Figure[]> {
  const { steps, rounds } = bench.sizes.resume;
  const small = Math.max(1, Math.round(steps / 10));
  const path = fileIn(bench, 'replays');
  await createTables(path, 'engine');
  const store = await openStore(path, { durability: 'process' });
  try {
    const turns = { large: await replayOf(store, steps), small: await replayOf(store, small) };
    const times = await interleave(turns, { rounds, warmUps: 2 });
    const ratio = medianRatio(times.large, times.small) / (steps / small);
    return [
      {
        scenario: 'code',
        what: `replay of ${count(steps)} recorded steps beside ${count(small)}: call to first new step`,
        mode: 'NORMAL',
        rows: [
          { unit: `${count(steps)} steps, ms`, values: { engine: median(times.large) } },
          { unit: `${count(small)} steps, ms`, values: { engine: median(times.small) } },
        ],
        ratios: [{ of: `of the time for ${count(small)}, a step`, value: ratio, aim: atMost(1.5) }],
      },
    ];
  } finally {
    await store.close();
  }
}

/** A run whose last step fails whenever it is tried: replayed by an executor that knows nothing of it. */
async function replayOf(store: Awaited<ReturnType<typeof openStore>>, steps: number): Promise<() => Promise<number>> {
  let entered = Number.NaN;
  const workflow = defineWorkflow({ name: `replayed-${steps}` }, async (ctx) => {
    for (let index = 0; index < steps; index += 1) await ctx.step(stepKey(index), { type: workType });
    await ctx.step('end', () => {
      entered = performance.now();
      throw new Error('as it should');
    });
  });
  const newExecutor = (): WorkflowExecutor =>
    new WorkflowExecutor(store, { [workType]: work }, { workflows: [workflow] });
  const { runId, result } = await newExecutor().start(workflow);
  await result().catch(() => undefined);
  return async () => {
    const executor = newExecutor();
    const called = performance.now();
    await executor.resume(runId).catch(() => undefined);
    return entered - called;
  };
}

const chains = new Map<number, CodeWorkflow>();

/** As many steps, one after the other, as the workflow as data has. */
function chain(steps: number): CodeWorkflow {
  const known = chains.get(steps);
  if (known !== undefined) return known;
  const made = defineWorkflow({ name: `chain-${steps}` }, async (ctx) => {
    for (let index = 0; index < steps; index += 1) await ctx.step(stepKey(index), { type: workType });
  });
  chains.set(steps, made);
  return made;
}

const fan = defineWorkflow({ name: 'fan' }, async (ctx, input: unknown) => {
  // The input is this file's own.
  const { items } = input as { readonly items: readonly number[] };
  await Promise.all(items.map(() => ctx.step(stepKey(0), { type: workType })));
});
