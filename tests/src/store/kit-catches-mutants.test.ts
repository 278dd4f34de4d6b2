import type { SqliteClient, SqliteStatement } from '@sisyphus-state/store/sqlite';
import { isRequired, runConformanceCase, storeConformance } from '@sisyphus-state/testing';
import { describe, expect, it } from 'vitest';
import { wrongOptions, wrongStatements, wrongVerbs } from './support/mutants.js';
import { distortedBackend } from './support/sqlite-backends.js';

const doesNothing: SqliteStatement = { run: () => ({ changes: 0 }), get: () => undefined, all: () => [] };

/** What is wrong with each store, and a case of the kit that has to find it. */
const mutants = {
  'checks no fence': {
    backend: wrongVerbs((store) => ({
      record: async (lease, changes) => {
        const run = await store.readRun(lease.runId);
        const current = run?.leaseWorker ? { ...lease, fence: run.fence, worker: run.leaseWorker } : lease;
        return store.record(current, changes);
      },
    })),
    foundBy: 'refuses the write of a worker whose run was taken over, and lets the new holder write',
  },
  'commits events and state apart': {
    backend: wrongStatements((sql, real, client) =>
      sql.startsWith('insert into "audit_events"') ? thenCommit(real, client) : null,
    ),
    foundBy: 'writes nothing of a list of changes one of which does not apply',
  },
  'creates runs one commit each': {
    backend: wrongVerbs((store) => ({
      createRuns: async (runs, options) => {
        const created = [];
        for (const run of runs) created.push(...(await store.createRuns([run], options)));
        return created;
      },
    })),
    foundBy: 'creates all or none',
  },
  'records changes one commit each': {
    backend: wrongVerbs((store) => ({
      record: async (lease, changes) => {
        let recorded = { revision: 0, at: 0 };
        for (const change of changes) recorded = await store.record(lease, [change]);
        return recorded;
      },
    })),
    foundBy: 'never shows a reader a log and tables that disagree',
  },
  'has no savepoints': {
    backend: wrongStatements((sql) => (/savepoint|^RELEASE|^ROLLBACK TO/i.test(sql) ? doesNothing : null)),
    foundBy: 'do not suffer from a refused neighbour: a lost lease, a change that does not apply, a rule that throws',
  },
  'commits where it should roll back': {
    backend: wrongStatements((sql, _, client) => (sql === 'ROLLBACK' ? client.prepare('COMMIT') : null)),
    foundBy: 'undoes both when the callback throws after its write, and gives its caller that very error',
  },
  'gives a new holder the old fence': {
    backend: wrongVerbs((store, sql) => ({
      claimRuns: async (request) => {
        const outcomes = await store.claimRuns(request);
        for (const runId of request.runIds) sql(`UPDATE workflow_runs SET fence = fence - 1 WHERE id = '${runId}'`);
        return outcomes;
      },
    })),
    foundBy: 'a run that is given back, when continued: claimed',
  },
  'lets nobody be dead': {
    backend: wrongOptions({ isDead: () => false }),
    foundBy: 'a run that is running, its holder dead, when continued: claimed',
  },
  'takes everybody for dead': {
    backend: wrongOptions({ isDead: () => true }),
    foundBy: 'a run that is running and held, when resumed: held',
  },
  'looks at another clock': {
    backend: wrongOptions({ clock: Date.now }),
    foundBy: 'all come from the given clock',
  },
  'ends leases by time alone': {
    backend: wrongVerbs((store, _, { clock }) => ({
      record: async (lease, changes) => {
        if (lease.expiresAt <= clock()) throw new Error('the lease ended');
        return store.record(lease, changes);
      },
    })),
    foundBy: 'lets an expired lease write while nobody took the run',
  },
  'raises the revision when it renews': {
    backend: wrongVerbs((store, sql) => ({
      renewLeases: async (leases, leaseMs) => {
        sql('UPDATE workflow_runs SET revision = revision + 1');
        return store.renewLeases(leases, leaseMs);
      },
    })),
    foundBy: 'moves the end of the lease, and neither event nor revision',
  },
  'calls every lease held': {
    backend: wrongVerbs((store) => ({
      renewLeases: async (leases, leaseMs) =>
        (await store.renewLeases(leases, leaseMs)).map((renewal) => ({ ...renewal, held: true })),
    })),
    foundBy: 'reports lost leases one by one, in order, and renews the others',
  },
  'keeps one list of keys for all namespaces': {
    backend: wrongVerbs((store) => ({
      createRuns: (runs, options) =>
        store.createRuns(
          runs.map((run) => ({ ...run, namespace: 'default' })),
          options,
        ),
    })),
    foundBy: 'keeps the keys of namespaces apart',
  },
  'takes null for no value': {
    backend: wrongVerbs((store) => ({
      readRun: async (runId) => {
        const run = await store.readRun(runId);
        return run?.output === 'null' ? { ...run, output: null } : run;
      },
    })),
    foundBy: 'come back as they went in: null',
  },
  'deletes values that others still use': {
    backend: wrongVerbs((store, sql) => ({
      deleteRuns: async (runIds) => {
        const count = await store.deleteRuns(runIds);
        sql('DELETE FROM payloads');
        return count;
      },
    })),
    foundBy: 'keeps a large value for as long as another run refers to it',
  },
  'forgets the order of steps': {
    backend: wrongVerbs((store) => ({
      readSteps: async (runId) => [...(await store.readSteps(runId))].reverse(),
    })),
    foundBy: 'on one run keep the order they were asked for',
  },
  'writes rows without their event': {
    backend: wrongVerbs((store, sql) => ({
      record: async (lease, changes) => {
        const recorded = await store.record(lease, changes);
        sql(`DELETE FROM audit_events WHERE type = 'step_completed'`);
        return recorded;
      },
    })),
    foundBy: 'raises the revision by one a commit, however many changes it has',
  },
  'does not close': {
    backend: wrongVerbs(() => ({ close: async () => {} })),
    foundBy: 'makes every later call fail with STORE_CLOSED',
  },
  'tells nobody': {
    backend: wrongVerbs(() => ({ watch: () => () => {} })),
    foundBy: 'tells of an outsider’s commit through the same handle',
  },
} as const;

describe('the store conformance kit finds a store that', () => {
  it.each(Object.entries(mutants))('%s', async (_, { backend, foundBy }) => {
    await expect(runConformanceCase(caseNamed(foundBy), backend)).rejects.toThrow();
  });
});

describe('the same cases', () => {
  const names = [...new Set(Object.values(mutants).map(({ foundBy }) => foundBy))];
  const intact = distortedBackend((client) => client);

  it.each(names)('pass where nothing is wrong: %s', async (name) => {
    await runConformanceCase(caseNamed(name), intact);
  });
});

function caseNamed(name: string) {
  const found = storeConformance.find((each) => each.name === name);
  if (found === undefined) throw new Error(`The kit has no case called: ${name}`);
  expect(
    isRequired(
      found,
      distortedBackend((client) => client),
    ),
  ).toBe(true);
  return found;
}

function thenCommit(real: SqliteStatement, client: SqliteClient): SqliteStatement {
  return {
    ...doesNothing,
    run: (...params) => {
      const result = real.run(...params);
      client.prepare('COMMIT').run();
      client.prepare('BEGIN IMMEDIATE').run();
      return result;
    },
  };
}
