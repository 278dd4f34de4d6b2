import type { Pitfall } from './pitfall.js';

const engine = 'packages/executor/src/engine';

/** Waiting and waking. */
export const waitingPitfalls: readonly Pitfall[] = [
  {
    number: 7,
    property:
      'A signal that comes before anybody waits for it is kept, and one that comes in between is not overlooked.',
    tests: [
      [`${engine}/wait-steps.test.ts`, 'takes one that came before it began to wait (pitfall 7)'],
      [
        `${engine}/run-driver-parking.test.ts`,
        'reads what an outsider put in just before, and is not parked over it (pitfall 7)',
      ],
      ['tests/src/races/races.test.ts', '(pitfalls 7, 15, 19, 22)'],
    ],
  },
  {
    number: 8,
    property: 'A null payload is no timeout, and a timeout is an outcome that is recorded.',
    tests: [
      [`${engine}/wait-steps.test.ts`, 'tells a null payload from a timeout (pitfall 8)'],
      [
        'tests/src/code/replay.test.ts',
        'takes a null payload for what it is, and a timeout for a failure of its own (pitfalls 7, 8)',
      ],
    ],
  },
  {
    number: 9,
    property: 'A child’s end and its parent’s wake are one commit.',
    tests: [
      [
        'packages/testing/src/store/cases/child-ends.ts',
        'tells a parent ${parent}, in the very commit, that its child ${end} (pitfalls 9, 10)',
      ],
      ['packages/testing/src/store/cases/child-runs.ts', 'creates none of them when the commit is refused (pitfall 9)'],
      ['tests/src/code/call.test.ts', 'goes on with them after a kill, and starts none twice (pitfalls 4, 9)'],
    ],
  },
  {
    number: 10,
    property: 'However a child is stopped, its parent hears of it.',
    tests: [
      [
        'packages/testing/src/store/cases/child-ends.ts',
        'tells a parent ${parent}, in the very commit, that its child ${end} (pitfalls 9, 10)',
      ],
    ],
  },
  {
    number: 11,
    property: 'A timer that rings while every process is down is not lost.',
    tests: [
      ['tests/src/workers/idle.test.ts', 'although every process was down at the instant (pitfall 11)'],
      [`${engine}/wait-steps.test.ts`, 'is over when its time passed while nobody was there (pitfall 11)'],
    ],
  },
  {
    number: 12,
    property: 'Waking up, and being cut off, are no attempts that count.',
    tests: [
      [
        `${engine}/run-progress-resume.test.ts`,
        'counts a cut-off attempt, and does not hold it against the step (pitfall 12)',
      ],
      [
        'tests/src/model/model.test.ts',
        'it does what a model of the documentation does (pitfalls 5, 7, 11, 12, 13, 19, 21, 34)',
      ],
    ],
  },
  {
    number: 13,
    property: 'Parked runs cost nothing when a process starts.',
    tests: [
      [
        'tests/src/workers/idle.test.ts',
        'idle workers that come and go write nothing, whatever lies there (pitfall 13)',
      ],
    ],
  },
  {
    number: 14,
    property: 'A parent that waits takes no room from its child.',
    tests: [
      [
        'packages/executor/src/client/child-runs-workers.test.ts',
        'hold no place: a chain three deep ends with one worker that drives one run at a time (pitfall 14)',
      ],
      ['tests/src/code/call.test.ts', 'gets their outputs, three deep, with one run at a time (pitfall 14)'],
    ],
  },
];
