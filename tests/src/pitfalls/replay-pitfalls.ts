import type { Pitfall } from './pitfall.js';

const engine = 'packages/executor/src/engine';
const client = 'packages/executor/src/client';

/** Control flow and replay. */
export const replayPitfalls: readonly Pitfall[] = [
  {
    number: 1,
    property: 'A wait can not be caught or finished away by the code around it.',
    tests: [
      [
        'tests/src/code/replay.test.ts',
        'does not see its own suspension: no catch, no finally, and nothing returns early (pitfall 1)',
      ],
    ],
  },
  {
    number: 2,
    property: 'A failure that the run has gone on from is an outcome: the step does not run again.',
    tests: [
      ['tests/src/code/replay.test.ts', 'never runs a step again that failed and was caught (pitfall 2)'],
      [`${client}/resume-run.test.ts`, 'runs no step again whose failure the run had gone on from (pitfall 2)'],
      ['tests/src/properties/any-workflow.test.ts', 'nothing completed runs again (pitfalls 2, 20, 22, 29)'],
    ],
  },
  {
    number: 3,
    property: 'What raced replays in the order in which it went; results belong to keys, not to the order of calls.',
    tests: [
      [
        'tests/src/code/replay.test.ts',
        'replays races and branches in the order in which they went, whatever the order of their starts (pitfall 3)',
      ],
      [`${engine}/run-progress-resume.test.ts`, 'fails when its list has another length than it had (pitfall 3)'],
    ],
  },
  {
    number: 4,
    property: 'Parts of steps keep their identity: a resumed run does not do them again.',
    tests: [
      [
        `${engine}/run-progress-resume.test.ts`,
        'starts the items that are not completed, with their own values (pitfall 4)',
      ],
      ['tests/src/crash/every-write.test.ts', 'loses nothing and repeats nothing that is done: $name (pitfalls 4, 21)'],
    ],
  },
  {
    number: 5,
    property: 'An idempotency key that is used for another request is refused.',
    tests: [
      ['tests/src/ownership/idempotency.test.ts', 'an idempotency key that is used for something else (pitfall 5)'],
      [
        'packages/testing/src/store/cases/fork-refusals.ts',
        'gives the same fork for the same idempotency key, and refuses any other request with it (pitfall 5)',
      ],
      [
        'tests/src/workers/taking-runs.test.ts',
        'are one where several processes enqueue the same idempotency key at once, and are done once (pitfall 5)',
      ],
    ],
  },
  {
    number: 6,
    property: 'The journal is read once, however often the run moves on.',
    tests: [
      [
        'tests/src/draft/faults-of-the-record.test.ts',
        'here the journal is read once, when a run is claimed (pitfall 6)',
      ],
    ],
  },
];
