import type { Pitfall } from './pitfall.js';

const engine = 'packages/executor/src/engine';
const client = 'packages/executor/src/client';

/** Who holds a run. */
export const ownershipPitfalls: readonly Pitfall[] = [
  {
    number: 15,
    property: 'Of two who want one thing one gets it, decided by the row and not by a time.',
    tests: [
      [
        'tests/src/ownership/processes.test.ts',
        'resume it at once: one gets it, the other is told who has it (pitfalls 15, 19)',
      ],
      [
        'tests/src/crash/zombies.test.ts',
        'writes nothing any more, and the other goes on as if alone: $name (pitfalls 15, 16)',
      ],
    ],
  },
  {
    number: 16,
    property: 'Who lost a run stops, and writes nothing.',
    tests: [
      [
        'tests/src/ownership/two-executors.test.ts',
        'what a handler returns after its run was taken over is dropped (pitfall 16)',
      ],
      [`${engine}/lease-keeper.test.ts`, 'stop a run that lost its own, at once, and no other (pitfall 16)'],
    ],
  },
  {
    number: 17,
    property: 'A handler that blocks its process does not lose its run.',
    tests: [
      [
        'tests/src/renewal/blocked-process.test.ts',
        'keeps its lease for many lengths, and the run completes once (pitfall 17)',
      ],
    ],
  },
  {
    number: 18,
    property: 'Nobody takes a run from a holder that is alive.',
    tests: [
      [
        'tests/src/workers/rounds.test.ts',
        'a worker does not take its own runs from itself when the clock ends their leases (pitfalls 18, 34)',
      ],
      [`${client}/resume-run.test.ts`, 'is refused by another executor, which is told who holds it (pitfall 18)'],
    ],
  },
  {
    number: 19,
    property: 'Of two answers to one question one goes through.',
    tests: [
      [
        'packages/testing/src/store/cases/mailbox.ts',
        'takes one of many answers that come at once, and tells the others (pitfall 19)',
      ],
      ['tests/src/races/races.test.ts', '(pitfalls 7, 15, 19, 22)'],
    ],
  },
  {
    number: 20,
    property: 'A branch never writes over what its siblings recorded.',
    tests: [
      [
        'tests/src/crash/many-runs.test.ts',
        'a process that drives many runs and stops at any write leaves them all sound (pitfall 20)',
      ],
    ],
  },
  {
    number: 21,
    property:
      'A step that was cut off is tried again, or asks, as its delivery says; never in silence, never refused for ever.',
    tests: [
      [
        'tests/src/crash/at-most-once.test.ts',
        'runs once at most, and asks when it was cut off, if its process stops at %j (pitfall 21)',
      ],
      [
        'packages/executor/src/client/fork-run.test.ts',
        'asks about an attempt that must not run twice and that its source does not know the end of (pitfall 21)',
      ],
    ],
  },
  {
    number: 22,
    property: 'Whatever comes at one instant leaves one terminal event.',
    tests: [
      ['tests/src/races/races.test.ts', '(pitfalls 7, 15, 19, 22)'],
      [
        'tests/src/ownership/at-every-write.test.ts',
        'a run is cancelled, it ends once and goes on when it is resumed: $name (pitfall 22)',
      ],
    ],
  },
  {
    number: 23,
    property: 'A cancelled run’s handlers are aborted, no step of it stays open, and its children are cancelled.',
    tests: [
      [
        `${engine}/run-driver.test.ts`,
        'is cancelled once its handlers have ended: one terminal event, no step left open (pitfalls 22, 23)',
      ],
      [
        'tests/src/ownership/processes.test.ts',
        'reaches handlers in a moment, and the processes they started (pitfall 23)',
      ],
      ['tests/src/code/call.test.ts', 'cancels its children when it is cancelled (pitfall 23)'],
    ],
  },
];
