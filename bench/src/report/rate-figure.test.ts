import { expect, it } from 'vitest';
import { rateFigure } from './rate-figure.js';

const sample = (seconds: number) => ({ seconds, cpuSeconds: seconds / 10 });
const line = { scenario: 'postgres', what: 'runs', mode: 'PostgreSQL', steps: 100, aim: null } as const;

it('compares rates, not times, and leaves out a draft that there is not', () => {
  const figure = rateFigure({ ...line, samples: { engine: [sample(2)], raw: [sample(1)] } });
  expect(figure.rows).toEqual([
    { unit: 'steps/s', values: { engine: 50, raw: 100 } },
    { unit: 'CPU µs/step', values: { engine: 2000, raw: 1000 } },
  ]);
  expect(figure.ratios).toEqual([{ of: 'of raw', value: 0.5, aim: null }]);
});

it('compares with the draft where there is one', () => {
  const samples = { engine: [sample(1)], raw: [sample(1)], draft: [sample(4)] };
  expect(rateFigure({ ...line, mode: 'FULL', samples }).ratios[1]).toEqual({ of: 'of the draft', value: 4, aim: null });
});
