import { WorkflowExecutor } from '@sisyphus-state/executor';
import { openStore } from '@sisyphus-state/store';
import Database from 'better-sqlite3';
import { type Bench, count } from '../bench.js';
import { interleave } from '../measure/interleave.js';
import { median, medianRatio } from '../measure/statistics.js';
import { atLeast, type Figure } from '../report/figure.js';
import type { HistoryFiles } from './history.js';

/** A way to list the newest runs, decoded. */
interface Lister {
  readonly list: (limit: number) => Promise<number>;
  readonly close: () => Promise<void>;
}

/** A list of the newest runs, as `sisyphus ls` asks for it. */
export async function measureLists(bench: Bench, files: HistoryFiles): Promise<Figure> {
  const { finished, listed, lists, rounds } = bench.sizes.history;
  const engine = await engineLister(files.engine);
  const empty = await engineLister(files.empty);
  const raw = rawLister(files.raw, 'ORDER BY id DESC');
  // The draft has no list; this is the query its table gives: there is no index to read the newest from.
  const draft = rawLister(files.draft, 'ORDER BY created_at DESC');
  const turn = (lister: Lister) => async (): Promise<number> => {
    const from = performance.now();
    for (let index = 0; index < lists; index++) check(await lister.list(listed), listed);
    return (performance.now() - from) / lists;
  };
  try {
    const turns = { engine: turn(engine), raw: turn(raw), draft: turn(draft), empty: turn(empty) };
    const times = await interleave(turns, { rounds, warmUps: 1 });
    return {
      scenario: 'history',
      what: `list of ${listed} with ${count(finished)} finished runs in the file`,
      mode: null,
      rows: [
        { unit: 'ms', values: { engine: median(times.engine), raw: median(times.raw), draft: median(times.draft) } },
      ],
      ratios: [
        { of: 'of its rate in an empty file', value: medianRatio(times.empty, times.engine), aim: atLeast(0.85) },
        { of: 'of the time of raw', value: medianRatio(times.engine, times.raw), aim: null },
      ],
    };
  } finally {
    for (const lister of [engine, raw, draft, empty]) await lister.close();
  }
}

function check(found: number, expected: number): void {
  if (found !== expected) throw new Error(`A list has ${found} runs, not ${expected}.`);
}

async function engineLister(path: string): Promise<Lister> {
  const store = await openStore(path);
  const executor = new WorkflowExecutor(store);
  return { list: async (limit) => (await executor.list({ limit })).length, close: () => store.close() };
}

/** SELECT of whole rows, and JSON.parse of the values that hold JSON. */
function rawLister(path: string, order: string): Lister {
  const db = new Database(path);
  const select = db.prepare(`SELECT * FROM workflow_runs ${order} LIMIT ?`);
  const jsonColumns = ['input', 'context', 'output', 'error', 'tags'];
  return {
    list: async (limit) => {
      const rows = select.all(limit) as Record<string, unknown>[]; // better-sqlite3 gives rows as objects
      return rows.map((row) => {
        const decoded = { ...row };
        for (const column of jsonColumns) {
          const text = row[column];
          if (typeof text === 'string') decoded[column] = JSON.parse(text);
        }
        return decoded;
      }).length;
    },
    close: async () => {
      db.close();
    },
  };
}
