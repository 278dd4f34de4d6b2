import type { Pitfall } from './pitfall.js';

const engine = 'packages/executor/src/engine';
const client = 'packages/executor/src/client';

/** Values and databases. */
export const storagePitfalls: readonly Pitfall[] = [
  {
    number: 24,
    property: 'Zero, the empty text, false and null are results.',
    tests: [
      ['tests/src/values/kept.test.ts', 'a value (pitfalls 24, 25)'],
      ['tests/src/draft/faults-of-values.test.ts', 'come back as they are, live and from the file (pitfall 24)'],
    ],
  },
  {
    number: 25,
    property: 'A value is the same live and replayed.',
    tests: [
      ['tests/src/values/kept.test.ts', 'a value (pitfalls 24, 25)'],
      [`${client}/start-run.test.ts`, 'sees its input as it is stored, and frozen (pitfall 25)'],
    ],
  },
  {
    number: 26,
    property: 'A value that can not be kept fails the step that returned it, at once.',
    tests: [
      [
        'tests/src/values/refused.test.ts',
        'is refused at the step that returned it, with its place, and is not tried again (pitfall 26)',
      ],
    ],
  },
  {
    number: 27,
    property: 'Times are whole milliseconds of any size.',
    tests: [
      [`${engine}/long-timeout.test.ts`, 'fires after %d ms, not before, and once (pitfall 27)'],
      [`${engine}/retry-delay.test.ts`, 'is a whole number of milliseconds (pitfall 27)'],
    ],
  },
  {
    number: 28,
    property: 'Nobody sees a locked database under ordinary load, and nobody blocks a process by waiting for it.',
    tests: [
      ['tests/src/store/many-processes.test.ts', 'nobody sees a locked database, nothing is lost (pitfall 28)'],
      ['packages/store/src/sqlite/write-queue-locks.test.ts', 'lets the event loop turn meanwhile (pitfall 28)'],
    ],
  },
  {
    number: 29,
    property: 'A row and its event are one commit.',
    tests: [
      ['tests/src/crash/mutants.test.ts', 'when state and event are two commits (pitfall 29)'],
      [`${engine}/run-driver.test.ts`, 'enters a handler only once its start is committed (pitfall 29)'],
    ],
  },
  {
    number: 30,
    property: 'Migrations are applied once, none is skipped, and none rebuilds a table.',
    tests: [
      [
        'tests/src/migrations/many-openers.test.ts',
        'one of them migrates a new file, none fails, and there is one set of tables (pitfall 30)',
      ],
      ['tests/src/migrations/beside-an-application.test.ts', 'its default ledger, then ours (pitfall 30)'],
      ['tests/src/migrations/frozen.test.ts', '%s only adds (pitfall 30)'],
    ],
  },
  {
    number: 31,
    property:
      'A file system that can not keep a WAL is refused; a full disk leaves nothing half-written; the WAL does not grow for ever.',
    tests: [
      ['packages/store/src/sqlite/network-filesystem.test.ts', 'refuses %s and says what to do (pitfall 31)'],
      [
        'tests/src/bad-input/full-disk.test.ts',
        'nothing is half-written, and the run goes on when there is room (pitfall 31)',
      ],
      ['packages/store/src/sqlite/open-sqlite-store-wal.test.ts', 'neither at every fourth, nor never (pitfall 31)'],
    ],
    open: 'A file that is replaced or removed under an open store is not noticed.',
  },
  {
    number: 32,
    property: 'What has ended can be deleted, with all that is its own.',
    tests: [
      [
        'packages/testing/src/store/cases/delete-runs.ts',
        'deletes ended runs with all that is theirs, and says how many went (pitfall 32)',
      ],
    ],
  },
  {
    number: 33,
    property: 'A list does not get slower with what has ended.',
    tests: [
      [
        'packages/store/src/sqlite/list-runs.test.ts',
        'walks back along one index from the newest run, filtered by %s (pitfall 33)',
      ],
      [
        'tests/src/postgres/list-plans.test.ts',
        'walks back along its own index, whatever the planner expects (pitfall 33)',
      ],
    ],
  },
];
