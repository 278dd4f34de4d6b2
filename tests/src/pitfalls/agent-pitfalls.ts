import type { Pitfall } from './pitfall.js';

const engine = 'packages/executor/src/engine';

/** Clocks, schedules and agents. */
export const agentPitfalls: readonly Pitfall[] = [
  {
    number: 34,
    property: 'A clock that is set back or forth ends nothing twice and loses nothing.',
    tests: [
      ['tests/src/workers/clock.test.ts', 'no completed step runs again, and every run ends once (pitfall 34)'],
      ['tests/src/ownership/two-executors.test.ts', 'still writes while nobody took the run (pitfall 34)'],
    ],
    open: 'Slots of schedules, on the days when clocks change too, come with schedules.',
  },
  {
    number: 35,
    property: 'A loop that makes no progress is stopped.',
    tests: [],
    open: 'It comes with budgets and the breaker.',
  },
  {
    number: 36,
    property: 'Nobody goes on with what somebody else has left unless told to.',
    tests: [
      [
        'tests/src/pitfalls/left-runs.test.ts',
        'a new process goes on with nothing by itself that another has left (pitfall 36)',
      ],
    ],
  },
  {
    number: 37,
    property: 'What is tried in a step’s place sees how that failed.',
    tests: [[`${engine}/fallback.test.ts`, 'shows the candidate how it failed (pitfall 37)']],
  },
  {
    number: 38,
    property: 'What was used of a budget outlives its process.',
    tests: [],
    open: 'It comes with budgets.',
  },
];
