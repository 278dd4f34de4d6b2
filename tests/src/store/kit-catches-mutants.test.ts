import type { SqliteClient, SqliteStatement } from '@sisyphus-state/store/sqlite';
import { isRequired, runConformanceCase, storeConformance } from '@sisyphus-state/testing';
import { describe, expect, it } from 'vitest';
import { wrongOptions, wrongRenewals, wrongStatements, wrongVerbs } from './support/mutants.js';
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
    backend: wrongVerbs((store, _, { clock = Date.now }) => ({
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
  'goes on renewing what was dropped': {
    backend: wrongRenewals({ drop: () => {} }),
    foundBy: 'moves the ends of leases that are kept, and neither event nor revision, until they are dropped',
  },
  'renews without end': {
    backend: wrongRenewals({ allowUntil: () => {} }),
    foundBy: 'renews a lease no longer than it is allowed to',
  },
  'tells nobody what its thread found': {
    backend: wrongVerbs((store) => ({
      startRenewals: (options) => store.startRenewals({ ...options, onRenewals: () => {} }),
    })),
    foundBy: 'tells of a lease that is lost',
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
  'forks more than was chosen': {
    backend: wrongVerbs((store) => ({
      forkRun: (request) =>
        store.forkRun({
          ...request,
          choose: (source) => ({ ...request.choose(source), settled: source.steps.map(({ stepKey }) => stepKey) }),
        }),
    })),
    foundBy: 'creates a run that nobody holds, with the steps that were chosen, in the order of the source',
  },
  'forgets where a fork comes from': {
    backend: wrongVerbs((store, sql) => ({
      forkRun: async (request) => {
        const forked = await store.forkRun(request);
        sql(`UPDATE audit_events SET type = 'workflow_started' WHERE type = 'run_forked'`);
        return forked;
      },
    })),
    foundBy: 'gives the same fork for the same idempotency key, and refuses any other request with it (pitfall 5)',
  },
  'takes a run however it stands': {
    backend: wrongVerbs((store) => ({
      claimRuns: ({ atRevision: _, ...request }) => store.claimRuns(request),
    })),
    foundBy: 'takes a run only as it stood, when it is told how',
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
  'takes no notice of priority': {
    backend: wrongSql(/order by "workflow_runs"\."priority" desc, /, 'order by '),
    foundBy: 'takes each run once, the first in order first, and nothing when there is nothing left',
  },
  'finds the timers that have been over for longest, whatever their priority': {
    backend: wrongSql(/select max\("workflow_runs"\."priority"\)/, 'select null'),
    foundBy: 'puts the highest priority first among many hundred timers that are over',
  },
  'wakes runs a millisecond early': {
    backend: wrongSql(/"wake_at" <= \?/, '"wake_at" <= ? + 1'),
    foundBy: 'finds a delayed run at its very instant, and says before when that is',
  },
  'forgets parked runs': {
    backend: wrongSql(/IN \('pending', 'waiting'\)/, "IN ('pending')"),
    foundBy: 'finds a parked run when its timer is over: the earlier of an instant and a delay',
  },
  'counts nothing that is held': {
    backend: wrongStatements((sql) => (/count\(\*\)/.test(sql) ? doesNothing : null)),
    foundBy: 'never holds more runs of a queue than its limit, and fills each place that comes free',
  },
  'counts what is held in all namespaces': {
    backend: wrongSql(/count\(\*\)([\s\S]*)"namespace" = \?/, 'count(*)$1coalesce(?, 1)'),
    foundBy: 'keeps both limits of a queue, each queue by itself, each namespace by itself',
  },
  'looks no further than the first runs of a queue': {
    backend: wrongStatements((sql) => (/min\("workflow_runs"\."concurrency_key"\)/.test(sql) ? doesNothing : null)),
    foundBy: 'finds runs of other keys, and of none, behind many hundred of keys that are full',
  },
  'believes a lease’s end whatever the clock does': {
    backend: wrongOptions({ monotonicClock: () => 0 }),
    foundBy:
      'finds a run whose holder fell silent although the clock was set back, once its lease stood still for its length',
  },
  'renews without counting': {
    backend: wrongSql(
      /"lease_renewals" = "workflow_runs"\."lease_renewals" \+ 1/,
      '"lease_renewals" = "lease_renewals"',
    ),
    foundBy: 'leaves a holder alone that renews, whichever way and how often the clock is set',
  },
  'forgets how long a lease is': {
    backend: wrongSql(/"lease_ms" = \?/, '"lease_ms" = nullif(?, -1) * 0 + 30000'),
    foundBy: 'goes by the length that a lease was last taken or renewed with',
  },
  'leaves the driver’s error to whoever takes an id twice': {
    backend: wrongVerbs((store) => ({
      createRuns: (runs, options) =>
        store.createRuns(runs, options).catch((error: unknown) => {
          throw error instanceof Error && 'code' in error && error.code === 'RUN_EXISTS' ? error.cause : error;
        }),
    })),
    foundBy: 'refuses an id that is taken and leaves its run as it was',
  },
} as const;

/** Stores in which a part of every statement that has it reads otherwise. */
function wrongSql(part: RegExp, instead: string) {
  return wrongStatements((sql, _, client) => (part.test(sql) ? client.prepare(sql.replace(part, instead)) : null));
}

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
