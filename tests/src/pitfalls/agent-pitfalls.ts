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
    tests: [
      [
        'tests/src/guards/breaker.test.ts',
        'is paused as blocked when the same error came too often, resumes and all (pitfall 35)',
      ],
      [
        'tests/src/guards/budgets.test.ts',
        'pauses the run when it is spent, and a resume that raises it goes on from there (pitfall 35)',
      ],
    ],
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
    tests: [['tests/src/guards/budgets.test.ts', 'is not begun anew by a restart (pitfall 38)']],
  },
];
