import { defineWorkflow, StepFailedError, type StepOptions, type WorkflowContext } from '@sisyphus-state/executor';
import type { PostgresDatabase, SyncDatabase } from '@sisyphus-state/store';
import { type SQL, sql } from 'drizzle-orm';
import { type CrashCase, soon } from './crash-case.js';

const retry = { attempts: 3, ...soon };

/** An effect as a step of code. */
function effect(ctx: WorkflowContext, label: string, input: object, options: StepOptions = {}): Promise<unknown> {
  return ctx.step(label, { type: 'effect', with: input, ...options });
}

function codeOf(error: unknown): unknown {
  return error instanceof StepFailedError ? error.error.code : error;
}

/** Steps of one name, one after the other, whose results are of every kind. */
export const codeSequential: CrashCase = {
  name: 'code: steps one after the other',
  input: { repo: 'here', n: 0 },
  workflow: defineWorkflow({ name: 'code-sequential' }, async (ctx, input: unknown) => {
    const results: unknown[] = [];
    for (const value of [{ lines: ['a'], text: '\u0000 \ud800 é' }, null, 0, '', { n: 1 }])
      results.push(await effect(ctx, 'each', { value }));
    return { input, results };
  }),
};

/** A step that is retried, one that fails and is caught, and one that is mended between two lives of the run. */
export const codeFailures: CrashCase = {
  name: 'code: retried, caught and mended',
  input: {},
  workflow: defineWorkflow({ name: 'code-failures' }, async (ctx) => {
    const shaky = await effect(ctx, 'shaky', { value: 'at last', fail: 2 }, { retry });
    const caught = await effect(ctx, 'hopeless', { fail: 'always' }, { retry: { attempts: 2, ...soon } }).catch(codeOf);
    const instead = await effect(ctx, 'instead', { value: { caught } });
    const mended = await effect(ctx, 'mended', { value: 'mended', fail: 'until-mended' });
    return [shaky, instead, mended];
  }),
};

/** Branches side by side, of which each goes on by itself, and a race. */
export const codeBranches: CrashCase = {
  name: 'code: branches and a race',
  input: {},
  workflow: defineWorkflow({ name: 'code-branches' }, async (ctx) => {
    const branch = async (name: string, turns: number): Promise<unknown> => {
      const first = await effect(ctx, name, { value: name, turns });
      return [first, await effect(ctx, 'then', { value: { after: name } })];
    };
    const all = await Promise.all([branch('slow', 5), branch('quick', 0), branch('shaky', 2)]);
    // Whoever won in the first life has won.
    const raced = await Promise.race([effect(ctx, 'left', { value: 'left' }), ctx.sleep('right', '1d')]);
    return { all, raced };
  }),
};

/** Waits for time, for signals that come early, and for one that never comes; a `finally` around each must not run before it is over. */
export const codeWaiting: CrashCase = {
  name: 'code: waits for time and for signals',
  input: {},
  signals: [
    { name: 'early', payload: { early: [1] } },
    { name: 'go', payload: null },
  ],
  workflow: defineWorkflow({ name: 'code-waiting' }, async (ctx) => {
    const passed: string[] = [];
    try {
      await ctx.sleep('nap', 5);
    } catch {
      passed.push('swallowed');
    } finally {
      passed.push('nap');
    }
    const go = await ctx.waitForSignal('go', { timeout: '1d' });
    const early = await ctx.waitForSignal('early');
    const late = await ctx.waitForSignal('late', { timeout: 3 }).catch(codeOf);
    await effect(ctx, 'after', { value: { go, early, late } });
    return { passed, go, early, late };
  }),
};

/** A run that fails for good and undoes what it did, by handlers, the newest first. */
export const codeUndoing: CrashCase = {
  name: 'code: undoes what it did',
  input: {},
  workflow: defineWorkflow({ name: 'code-undoing' }, async (ctx) => {
    const undo = (value: string) => ({ retry, compensate: { type: 'effect', with: { value } } });
    await Promise.all([
      effect(ctx, 'flight', { value: 1, turns: 3 }, undo('flight')),
      effect(ctx, 'hotel', { value: 2 }, undo('hotel')),
    ]);
    await effect(ctx, 'nothing', { value: 3 });
    await effect(ctx, 'car', { value: 4 }, { ...undo('car'), compensate: { type: 'effect', with: { fail: 1 } } });
    await effect(ctx, 'pay', { fail: 'always' }, undo('pay'));
  }),
};

/** Rows of the application's own, each kept with its step or not at all; the run tells how many there are in the end. */
export const codeTransactions: CrashCase = {
  name: 'code: transactions',
  input: {},
  workflow: defineWorkflow({ name: 'code-transactions' }, async (ctx) => {
    await effect(ctx, 'before', { value: 1 });
    const first = await ctx.transaction('note', (tx: unknown) => noteAndCount(tx, ctx.runId));
    await Promise.all([
      effect(ctx, 'beside', { value: 2, turns: 3 }),
      ctx.transaction('note', (tx: unknown) => noteAndCount(tx, ctx.runId)),
    ]);
    const third = await ctx.transaction('note', (tx: unknown) => noteAndCount(tx, ctx.runId));
    return { first, third, after: await effect(ctx, 'after', { value: third }) };
  }),
};

const createNotes = sql`CREATE TABLE IF NOT EXISTS crash_notes (run_id text NOT NULL)`;

/** Writes a row of the run's, and says how many it has; at once on SQLite, later on PostgreSQL. */
function noteAndCount(tx: unknown, runId: string): number | Promise<number> {
  const insert = sql`INSERT INTO crash_notes VALUES (${runId})`;
  const count = sql`SELECT CAST(count(*) AS integer) AS n FROM crash_notes WHERE run_id = ${runId}`;
  if (typeof tx === 'object' && tx !== null && 'all' in tx) {
    // What has `all` is a store's transaction on SQLite.
    const db = tx as SyncDatabase;
    for (const statement of [createNotes, insert]) db.run(statement);
    return db.all<{ n: number }>(count)[0]?.n ?? 0;
  }
  return countLater(tx as PostgresDatabase, insert, count);
}

async function countLater(db: PostgresDatabase, insert: SQL, count: SQL): Promise<number> {
  for (const statement of [createNotes, insert]) await db.execute(statement);
  // The driver's own answer: node-postgres gives rows.
  const { rows } = (await db.execute(count)) as { readonly rows: readonly { readonly n: number }[] };
  return rows[0]?.n ?? 0;
}

export const codeCases: readonly CrashCase[] = [
  codeSequential,
  codeFailures,
  codeBranches,
  codeWaiting,
  codeUndoing,
  codeTransactions,
];
