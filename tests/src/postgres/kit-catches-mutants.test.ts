import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import type { PostgresDatabase } from '@sisyphus-state/store/postgres';
import {
  type ConformanceBackend,
  type ConformanceOpenOptions,
  runConformanceCase,
  storeConformance,
} from '@sisyphus-state/testing';
import { drizzle } from 'drizzle-orm/node-postgres';
import { describe, expect, it } from 'vitest';
import { countingPool } from './support/counting-pool.js';
import { urlBackend } from './support/postgres-backends.js';
import { usePostgres } from './support/use-postgres.js';

const postgres = usePostgres();
type Store = WorkflowStore<PostgresDatabase>;
const intact = urlBackend(postgres.server);

/** Stores whose statements are changed on their way to the server. */
function wrongStatements(rewrite: (text: string) => string): ConformanceBackend<PostgresDatabase> {
  return onEachOpen(async (store, options) => {
    await store.close();
    const url = await urlOf(store);
    const { pool } = countingPool(url, rewrite);
    const distorted = await openStore({ client: drizzle({ client: pool }) }, options);
    return {
      ...distorted,
      close: async () => {
        await distorted.close();
        if (!pool.ended) await pool.end();
      },
    };
  });
}

/** Stores with these verbs replaced. */
function wrongVerbs(replace: (store: Store) => Partial<Store>): ConformanceBackend<PostgresDatabase> {
  return onEachOpen(async (store) => ({ ...store, ...replace(store) }));
}

function onEachOpen(
  change: (store: Store, options: ConformanceOpenOptions) => Promise<Store>,
): ConformanceBackend<PostgresDatabase> {
  return {
    capabilities: intact.capabilities,
    createDatabase: async () => {
      const database = await intact.createDatabase();
      return { ...database, open: async (options) => change(await database.open(options), options) };
    },
  };
}

/** A store's location has no password; the test server's is put back. */
async function urlOf(store: Store): Promise<string> {
  const { url } = await postgres.database();
  const { password } = new URL(url);
  return store.location.replace('@', `:${password}@`);
}

const mutants = {
  'checks no fence': {
    backend: wrongStatements((text) =>
      text
        .replace('run.fence = e.fence AND run.lease_worker = e.worker AND', 'true OR')
        .replace('e.fence IS NULL', 'true'),
    ),
    foundBy: 'refuses the write of a worker whose run was taken over, and lets the new holder write',
  },
  'passes over a step that was never started': {
    backend: wrongStatements((text) =>
      text.replace('WHERE NOT there AND fresh IS NULL', 'WHERE false').replace('WHERE NOT p.there', 'WHERE false'),
    ),
    foundBy: 'writes nothing of a list of changes one of which does not apply',
  },
  'writes on a run that has ended': {
    backend: wrongStatements((text) =>
      text
        .replace("run.status NOT IN ('completed', 'failed', 'cancelled')", 'true')
        .replace('run.lease_worker = e.worker', 'true'),
    ),
    foundBy: 'refuses everything after the run was completed, and writes nothing of it',
  },
  'commits without its transaction': {
    backend: wrongStatements((text) => (/^rollback$/i.test(text) ? 'COMMIT' : text)),
    foundBy: 'undoes both when the callback throws after its write, and gives its caller that very error',
  },
  'never adds the run’s own seq': {
    backend: wrongStatements((text) => text.replace('p.last_seq + p.settled_seq', 'p.settled_seq')),
    foundBy: 'shows in the rows what each kind of change means',
  },
  'forgets the order of steps': {
    backend: wrongStatements((text) => text.replace(/"first_seq" asc/g, '"step_key" asc')),
    foundBy: 'brings the whole journal: every step in order of its start, large results too',
  },
  'sets columns that a change leaves alone': {
    backend: wrongStatements((text) =>
      text.replace(/CASE WHEN p\.mask & \d+ = 0 THEN s\.\w+ ELSE (\S+(?: \+ \S+)?) END/g, '$1'),
    ),
    foundBy: 'keep the first start of a step over its retries',
  },
  'leaves a request to cancel in the box when the run ends': {
    backend: wrongStatements((text) => text.replace("m.kind IN ('cancel', 'pause')", 'false')),
    foundBy: 'takes the request out of the box when the run ends, so that a resumed run is not cancelled again',
  },
  'raises the revision when it renews': {
    backend: wrongStatements((text) =>
      text.replace(
        'lease_renewals = run.lease_renewals + 1',
        'lease_renewals = run.lease_renewals + 1, revision = run.revision + 1',
      ),
    ),
    foundBy: 'moves the end of the lease, and neither event nor revision',
  },
  'deletes values that others still use': {
    backend: wrongStatements((text) =>
      text.replace(/( AND NOT EXISTS \(SELECT 1 FROM \S+ u WHERE u\.\w+ = p\.sha256\))+$/, ''),
    ),
    foundBy: 'keeps a large value for as long as another run refers to it',
  },
  'forgets a known idempotency key': {
    backend: wrongStatements((text) => (text.includes('FROM unnest(') ? `${text} AND false` : text)),
    foundBy: 'returns the run that has the key, untouched and without a lease',
  },
  'gives a new holder the old fence': {
    backend: wrongVerbs((store) => ({
      claimRuns: async (request) =>
        (await store.claimRuns(request)).map((outcome) =>
          outcome.kind === 'claimed'
            ? { ...outcome, lease: { ...outcome.lease, fence: outcome.lease.fence - 1 } }
            : outcome,
        ),
    })),
    foundBy: 'a run that is given back, when continued: claimed',
  },
  'tells nobody': {
    backend: wrongVerbs(() => ({ watch: () => () => {} })),
    foundBy: 'tells of an outsider’s commit through the same handle',
  },
  'records changes one commit each': {
    backend: wrongVerbs((store) => ({
      record: async (lease, changes) => {
        let recorded = { revision: 0, at: 0 };
        for (const change of changes) recorded = await store.record(lease, [change]);
        return recorded;
      },
    })),
    foundBy: 'raises the revision by one a commit, however many changes it has',
  },
  'lets workers count a queue’s runs at the same time': {
    backend: wrongStatements(withoutTurns),
    foundBy: 'keeps a queue’s limit when several processes race for its last places',
  },
  'lets workers count a key’s runs at the same time': {
    backend: wrongStatements(withoutTurns),
    foundBy: 'keeps a key’s limit when several processes race for its last places',
  },
  'takes no notice of priority': {
    backend: wrongStatements((text) => text.replaceAll('ORDER BY priority DESC, id', 'ORDER BY id')),
    foundBy: 'gives the highest priority first, and of one priority what is due for longest',
  },
  'finds the timers that have been over for longest, whatever their priority': {
    backend: wrongStatements((text) =>
      text.replace(/n < \d+\)/, 'false)').replace('SELECT t.* FROM p', 'SELECT t.* FROM p WHERE false'),
    ),
    foundBy: 'puts the highest priority first among many hundred timers that are over',
  },
  'wakes runs a millisecond early': {
    backend: wrongStatements((text) =>
      text.replaceAll('wake_at <= (SELECT now FROM clock)', 'wake_at <= (SELECT now + 1 FROM clock)'),
    ),
    foundBy: 'finds a delayed run at its very instant, and says before when that is',
  },
  'looks no further than the first runs of a queue': {
    backend: wrongStatements((text) =>
      text.replace(/FROM (ready|timer)_key k LEFT JOIN/g, 'FROM (SELECT NULL::text AS key) k LEFT JOIN'),
    ),
    foundBy: 'finds runs of other keys, and of none, behind many hundred of keys that are full',
  },
  'forgets how long a lease is': {
    backend: wrongStatements((text) => text.replace('lease_ms = $3::bigint', 'lease_ms = 30000')),
    foundBy: 'goes by the length that a lease was last taken or renewed with',
  },
} as const;

/** Workers that look at a queue's limits do not take turns, and each is slow in another way to act on what it counted. */
function withoutTurns(text: string): string {
  if (!text.includes('count(*)::int AS held')) return text.replace('pg_advisory_xact_lock(key)', 'key');
  const slowly = 'SELECT NULL, NULL, 0 FROM (SELECT pg_sleep(random() * 0.1) AS slept) s WHERE s.slept IS NULL';
  return `WITH c AS MATERIALIZED (${text}) SELECT * FROM c UNION ALL ${slowly}`;
}

describe('the store conformance kit finds a PostgreSQL store that', () => {
  it.each(Object.entries(mutants))('%s', async (_, { backend, foundBy }) => {
    await expect(runConformanceCase(caseNamed(foundBy), backend)).rejects.toThrow();
  });
});

describe('the same cases', () => {
  const names = [...new Set(Object.values(mutants).map(({ foundBy }) => foundBy))];
  it.each(names)('pass where nothing is wrong: %s', async (name) => {
    await runConformanceCase(
      caseNamed(name),
      wrongStatements((text) => text),
    );
  });
});

function caseNamed(name: string) {
  const found = storeConformance.find((each) => each.name === name);
  if (found === undefined) throw new Error(`The kit has no case called: ${name}`);
  return found;
}
