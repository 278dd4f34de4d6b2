import { runStatuses, stepStatuses } from '@sisyphus-state/schema';
import { type ChangeType, changeFields, changeTypes, decodeChange, project } from '@sisyphus-state/store';
import { describe, expect, test } from 'vitest';
import { errorCodesInSources, issueCodes } from './support/error-codes.js';
import { readBlocks } from './support/markdown.js';
import { codesIn, readTable } from './support/markdown-table.js';

const page = 'ARCHITECTURE.md';
const codeTables = ['Runs and workflows', 'Databases', 'Handlers', 'The terminal'];

test('the tables of statuses name every status, in the order of the code', () => {
  expect(readTable(page, 'Runs').flatMap((row) => codesIn(row.status))).toEqual([...runStatuses]);
  expect(readTable(page, 'Steps').flatMap((row) => codesIn(row.status))).toEqual([...stepStatuses]);
});

test('the table of changes names every type and every field of its payload', () => {
  const written = readTable(page, 'Changes').map((row) => [codesIn(row.type)[0], [...codesIn(row.payload)].sort()]);
  const inCode = changeTypes.map((type) => [type, [...changeFields[type].values, ...changeFields[type].fields].sort()]);
  expect(written).toEqual(inCode);
});

describe('the tables of error codes', () => {
  const written = codeTables.flatMap((heading) =>
    readTable(page, heading).map((row) => ({ code: codesIn(row.code)[0] ?? '', packages: codesIn(row.in) })),
  );
  const inCode = errorCodesInSources();

  test('name every code of the sources, and none that is not there', () => {
    const public_ = [...inCode.keys()].filter(
      (code) => !issueCodes.includes(code) || written.some((row) => row.code === code),
    );
    expect(written.map(({ code }) => code).sort()).toEqual(public_.sort());
  });

  test('say in which package the code is found', () => {
    const wrong = written.filter(
      ({ code, packages }) => packages.length !== 1 || !inCode.get(code)?.includes(packages[0] ?? ''),
    );
    expect(wrong).toEqual([]);
  });

  test('say what each means', () => {
    const rows = [...codeTables, 'What is wrong with a definition'].flatMap((heading) => readTable(page, heading));
    expect(rows.filter((row) => (row['means, and what to do'] ?? row.means ?? '') === '')).toEqual([]);
  });
});

test('the table of definition issues names every one, in the order of the code', () => {
  expect(readTable(page, 'What is wrong with a definition').flatMap((row) => codesIn(row.issue))).toEqual([
    ...issueCodes,
  ]);
});

describe('the diagrams of', () => {
  const [runs = '', steps = ''] = readBlocks(page)
    .filter(({ language }) => language === 'mermaid')
    .map(({ text }) => text);

  test('runs names moves that the changes make', () => {
    const wrong = movesIn(runs).filter(({ to, change }) => statusesAfter(change).run !== to);
    expect(wrong).toEqual([]);
    expect(
      movesIn(runs).filter(
        ({ from, to }) => ![from, to].every((status) => status === '[*]' || isOneOf(runStatuses, status)),
      ),
    ).toEqual([]);
  });

  test('steps names moves that the changes make', () => {
    const wrong = movesIn(steps).filter(({ to, change }) => statusesAfter(change).step !== to);
    expect(wrong).toEqual([]);
    expect(
      movesIn(steps).filter(
        ({ from, to }) => ![from, to].every((status) => status === '[*]' || isOneOf(stepStatuses, status)),
      ),
    ).toEqual([]);
  });

  test('both shows every change that sets a status', () => {
    const shown = [...movesIn(runs), ...movesIn(steps)].map(({ change }) => change);
    const setting = changeTypes.filter((type) => {
      const { run, step } = statusesAfter(type);
      // The status of an adopted or forked run is in its snapshot.
      return !isSnapshot(type) && (run !== null || step !== null);
    });
    expect([...new Set(shown)].sort()).toEqual([...setting].sort());
  });
});

interface Move {
  readonly from: string;
  readonly to: string;
  readonly change: ChangeType;
}

function movesIn(diagram: string): readonly Move[] {
  return [...diagram.matchAll(/^ *(\S+) --> (\S+) : (\S+)$/gm)].map(([, from = '', to = '', change = '']) => {
    if (!isOneOf(changeTypes, change)) throw new Error(`The diagram names a change that does not exist: ${change}.`);
    return { from, to, change };
  });
}

/** The statuses that a change gives its run and its step, by the code's own projection; null for one it does not touch. */
function statusesAfter(type: ChangeType): { readonly run: string | null; readonly step: string | null } {
  if (isSnapshot(type)) return { run: null, step: null };
  const payload = JSON.stringify({ rearmed: [{ stepKey: 'a', attempts: 1 }], error: {} });
  const change = decodeChange({ type, stepKey: 'a', attempt: 1, payload, payloadRef: null }, null);
  if (change === null) throw new Error(`${type} is no change.`);
  const { run, steps } = project(change, { runId: 'r', seq: 1, at: 0, fence: 1, worker: 'w' });
  return { run: run?.status ?? null, step: steps[0]?.set.status ?? null };
}

function isSnapshot(type: ChangeType): boolean {
  return type === 'run_adopted' || type === 'run_forked';
}

function isOneOf<T extends string>(list: readonly T[], text: string): text is T {
  return list.some((item) => item === text);
}
