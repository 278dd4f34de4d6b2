import { copyFileSync } from 'node:fs';
import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import { type Bench, count, fileIn, type Scenario } from '../bench.js';
import { type Synchronous, synchronousModes } from '../contenders/contender.js';
import { openDraft } from '../contenders/draft.js';
import { openEngine } from '../contenders/engine.js';
import { openRaw } from '../contenders/raw.js';
import { addFinishedRuns } from '../fixtures/finished-runs.js';
import { requireSpace } from '../fixtures/require-space.js';
import { interleave } from '../measure/interleave.js';
import { medianRatio } from '../measure/statistics.js';
import { timed } from '../measure/timed.js';
import { atLeast, type Figure } from '../report/figure.js';
import { rateFigure } from '../report/rate-figure.js';
import { work } from '../workload.js';
import { measureLists } from './list.js';

/** Files full of finished runs, and one with a page of them: to compare with. */
export interface HistoryFiles {
  readonly engine: string;
  readonly raw: string;
  readonly draft: string;
  readonly empty: string;
}

const bytesPerStep = 1100;

/** With many finished runs in the file: a list of the newest, and short runs one after the other once more. */
export const history: Scenario = async (bench) => {
  const files = await fillFiles(bench);
  const figures: Figure[] = [await measureLists(bench, files)];
  for (const synchronous of synchronousModes) figures.push(await measureRuns(bench, files, synchronous));
  return figures;
};

async function fillFiles(bench: Bench): Promise<HistoryFiles> {
  const { steps } = bench.sizes;
  const { finished, listed } = bench.sizes.history;
  requireSpace(bench.folder, 3 * finished * (steps + 1) * bytesPerStep);
  const files = {
    engine: fileIn(bench, 'engine'),
    raw: fileIn(bench, 'raw'),
    draft: fileIn(bench, 'draft'),
    empty: fileIn(bench, 'empty'),
  };
  const ours = { contender: 'engine', steps, newId: () => uuidv7() } as const;
  await addFinishedRuns({ ...ours, path: files.engine, count: finished });
  await addFinishedRuns({ ...ours, path: files.empty, count: listed });
  copyFileSync(files.engine, files.raw);
  await addFinishedRuns({ path: files.draft, contender: 'draft', count: finished, steps, newId: () => uuidv4() });
  return files;
}

async function measureRuns(bench: Bench, files: HistoryFiles, synchronous: Synchronous): Promise<Figure> {
  const { steps } = bench.sizes;
  const { finished, rounds, runs } = bench.sizes.history;
  const request = { runs, steps, atATime: 1 };
  const options = { synchronous, work };
  const engine = await openEngine({ ...options, path: files.engine });
  const raw = await openRaw({ ...options, path: files.raw });
  const draft = await openDraft({ ...options, path: files.draft });
  const empty = await openEngine({ ...options, path: files.empty });
  try {
    const samples = await interleave(
      {
        engine: () => timed(() => engine.runs(request)),
        raw: () => timed(() => raw.runs(request)),
        draft: () => timed(() => draft.runs(request)),
        empty: () => timed(() => empty.runs(request)),
      },
      { rounds, warmUps: 1 },
    );
    const what = `${count(rounds * runs)} runs × ${steps} steps with ${count(finished)} finished runs in the file`;
    const figure = rateFigure({
      scenario: 'history',
      what,
      mode: synchronous,
      steps: runs * steps,
      samples,
      aim: null,
    });
    const seconds = (taken: readonly { readonly seconds: number }[]) => taken.map((sample) => sample.seconds);
    // Rates are the inverse of times: the rate with history over the rate without.
    const value = medianRatio(seconds(samples.empty), seconds(samples.engine));
    return { ...figure, ratios: [{ of: 'of its rate in an empty file', value, aim: atLeast(0.85) }, ...figure.ratios] };
  } finally {
    for (const contender of [engine, raw, draft, empty]) await contender.close();
  }
}
