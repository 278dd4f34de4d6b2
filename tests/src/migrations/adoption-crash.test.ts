import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '@sisyphus-state/schema/sqlite';
import { expect, test } from 'vitest';
import { makeDraftFile } from './fixtures/make-draft-file.js';
import { type Child, useChildren } from './support/child.js';
import { dumpOf, openFile, rowsOf } from './support/open-file.js';
import { useTempFolder } from './support/temp-folder.js';

const tempFolder = useTempFolder();
const startChild = useChildren();

test('an adoption that fails at any statement leaves the old file, and the next one finishes', async () => {
  const { original, file, before } = await draftToCrash();
  const statements = countStatements(file);
  expect(statements).toBeGreaterThan(50);
  for (let failAt = 1; failAt <= statements; failAt += 1) {
    restore(original, file);
    let seen = 0;
    const verbose = () => {
      seen += 1;
      if (seen === failAt) throw new Error(`stopped at ${failAt}`);
    };
    const { client, db } = openFile(file, { verbose });
    expect(() => migrate(db)).toThrow(`stopped at ${failAt}`);
    expect(client.inTransaction).toBe(false);
    client.close();
    // Only giving the caller's busy_timeout back comes after the commit.
    if (failAt < statements) expect(dumpOf(file)).toBe(before);
  }
  expectAdopted(file);
}, 60_000);

test('an adoption whose process is killed at any moment leaves the old file or the new one', async () => {
  const { original, file, before } = await draftToCrash();
  const statements = countStatements(file);
  const outcomes = { old: 0, new: 0 };
  let child = await startChild();
  // Every process pays for its start: a stride through the middle, and every statement around the commit.
  const instants = Array.from({ length: statements }, (_, index) => index + 1).filter(
    (at) => at % 9 === 0 || at > statements - 4,
  );
  for (const statement of instants) {
    restore(original, file);
    await expect(child.ask({ verb: 'migrateUntil', file, statement })).rejects.toThrow('SIGKILL');
    const isOld = dumpOf(file) === before;
    outcomes[isOld ? 'old' : 'new'] += 1;
    expectAdopted(file);
    child = await startChild();
  }
  expect(outcomes.old).toBeGreaterThan(0);
  expect(outcomes.new).toBeGreaterThan(0);
}, 120_000);

test("adopts a file the draft's code still has open, and that code can change nothing more in it", async () => {
  const { file } = await draftToCrash();
  const draft = await startChild();
  await draft.ask({ verb: 'draftOpen', file });
  const call = (method: string, ...args: unknown[]) => draft.ask({ verb: 'draftCall', file, method, args });
  expect(await call('createRun', 'late', 'wf', {})).toMatchObject({ ok: true });

  expectAdopted(file);
  const after = dumpOf(file);
  for (const refused of await writesOf(call)) expect(refused).toMatchObject({ ok: false });
  expect(await call('updateRunStatus', 'late', 'completed')).toMatchObject({
    message: expect.stringContaining('was adopted'),
  });
  expect(dumpOf(file)).toBe(after);
});

test('a process that starts the draft anew on an adopted file changes nothing in it', async () => {
  const { file } = await draftToCrash();
  expectAdopted(file);
  const after = dumpOf(file);
  const draft = await startChild();
  expect(await draft.ask({ verb: 'draftOpen', file })).toMatchObject({ ok: true });
  expect(dumpOf(file)).toBe(after);
});

async function writesOf(call: (method: string, ...args: unknown[]) => ReturnType<Child['ask']>) {
  return [
    await call('createRun', 'later', 'wf', {}),
    await call('upsertStep', 'late', 's', 'running'),
    await call('logEvent', 'late', 'note', {}),
    await call('updateRunStatus', 'late', 'running'),
  ];
}

async function draftToCrash() {
  const folder = tempFolder();
  const [original, file] = [join(folder, 'original.db'), join(folder, 'draft.db')];
  await makeDraftFile(original);
  copyFileSync(original, file);
  return { original, file, before: dumpOf(file) };
}

function restore(original: string, file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
  copyFileSync(original, file);
}

/** How many statements an adoption of the file takes; the file is adopted afterwards. */
function countStatements(file: string): number {
  let statements = 0;
  const { client, db } = openFile(file, { verbose: () => (statements += 1) });
  migrate(db);
  client.close();
  return statements;
}

function expectAdopted(file: string): void {
  const { client, db } = openFile(file);
  migrate(db);
  client.close();
  const count = (table: string) => rowsOf(file, `SELECT count(*) AS n FROM ${table}`);
  expect(count('workflow_runs')).toEqual(count('draft_workflow_runs'));
  expect(count('workflow_steps')).toEqual(count('draft_workflow_steps'));
  expect(rowsOf(file, `SELECT count(*) AS n FROM audit_events WHERE type <> 'run_adopted'`)).toEqual(
    count('draft_audit_events'),
  );
}
