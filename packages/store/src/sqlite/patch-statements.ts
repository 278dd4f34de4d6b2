import { workflowRuns, workflowSteps } from '@sisyphus-state/schema/sqlite';
import { and, eq, getTableColumns, sql } from 'drizzle-orm';
import type { SqliteClient } from './client.js';
import { compile, placeholders } from './compile.js';
import type { Compiled } from './compile-text.js';
import type { SyncDatabase } from './statements.js';

const named = sql.placeholder;

/** Statements that set the columns a patch has: there are as many as there are kinds of change. */
export type PatchStatements = ReturnType<typeof preparePatches>;

/**
 * Prepares a statement for each set of columns when it is first needed.
 *
 * It is found again by comparing names: making a key of them at each call costs more than the rest of the call.
 */
export function preparePatches(db: SyncDatabase, client: SqliteClient) {
  const runs: Shape[] = [];
  const steps: Shape[] = [];
  const upserts: Shape[] = [];
  return {
    /** Sets columns of a run, none or more beside those that every commit sets. */
    updateRun: (patch: object, always: RunCommit): number =>
      find(runs, patch, none, () => compile(client, updateRun(db, [...Object.keys(patch), ...columnsOf(always)]))).run(
        patch,
        always,
      ),
    /** Sets columns of a step's row and says whether there is one. */
    updateStep: (patch: object, always: StepWrite): boolean =>
      find(steps, patch, none, () =>
        compile(client, updateStep(db, [...Object.keys(patch), ...columnsOf(always)])),
      ).run(patch, always) === 1,
    /** Sets columns of a step's row, or makes one with those of `onInsert` as well. */
    upsertStep: (patch: object, onInsert: object, always: StepWrite): number =>
      find(upserts, patch, onInsert, () =>
        compile(client, upsertStep(db, [...Object.keys(patch), ...columnsOf(always)], Object.keys(onInsert))),
      ).run(patch, onInsert, always),
  };
}

/** Which run, and what every commit on it sets. */
export interface RunCommit {
  readonly runId: string;
  readonly revision: number;
  readonly lastSeq: number;
  readonly updatedAt: number;
}

/** Which step, and what every write of it sets. */
export interface StepWrite {
  readonly runId: string;
  readonly stepKey: string;
  readonly updatedAt: number;
}

interface Shape {
  readonly names: readonly string[];
  readonly insertNames: readonly string[];
  readonly statement: Compiled<never>;
}

const none = Object.freeze({});

function find(known: Shape[], patch: object, onInsert: object, build: () => Compiled<never>): Compiled<never> {
  for (const shape of known) if (has(patch, shape.names) && has(onInsert, shape.insertNames)) return shape.statement;
  const made = { names: Object.keys(patch), insertNames: Object.keys(onInsert), statement: build() };
  known.push(made);
  return made.statement;
}

/** Whether these are the object's own names, in this order. */
function has(values: object, names: readonly string[]): boolean {
  let index = 0;
  for (const name in values) {
    if (names[index] !== name) return false;
    index += 1;
  }
  return index === names.length;
}

function columnsOf(always: object): readonly string[] {
  return Object.keys(always).filter((name) => name !== 'runId' && name !== 'stepKey');
}

function updateRun(db: SyncDatabase, names: readonly string[]) {
  return db
    .update(workflowRuns)
    .set(placeholders(names))
    .where(eq(workflowRuns.id, named('runId')));
}

function updateStep(db: SyncDatabase, names: readonly string[]) {
  return db
    .update(workflowSteps)
    .set(placeholders(names))
    .where(and(eq(workflowSteps.runId, named('runId')), eq(workflowSteps.stepKey, named('stepKey'))));
}

function upsertStep(db: SyncDatabase, names: readonly string[], onInsert: readonly string[]) {
  const columns = getTableColumns(workflowSteps);
  const excluded = Object.entries(columns)
    .filter(([name]) => names.includes(name))
    .map(([name, column]) => [name, sql`excluded.${sql.identifier(column.name)}`]);
  return db
    .insert(workflowSteps)
    .values(placeholders(['runId', 'stepKey', ...names, ...onInsert]) as never) // a placeholder stands for any column
    .onConflictDoUpdate({ target: [workflowSteps.runId, workflowSteps.stepKey], set: Object.fromEntries(excluded) });
}
