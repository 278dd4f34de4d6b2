import assert from 'node:assert/strict';
import type { WorkflowStore } from '@sisyphus-state/store';
import type { ConformanceBackend, ConformanceCase } from './conformance-case.js';
import { isRequired, runConformanceCase } from './run-case.js';
import { storeConformance } from './store-conformance.js';

/** The functions of a test framework that the kit needs; those of vitest, jest, mocha and `node:test` all fit. */
export interface TestFramework {
  readonly describe: (name: string, body: () => void) => void;
  readonly it: (name: string, body: () => Promise<void>) => void;
  /** How to register what does not apply; default: it is left out. */
  readonly skip?: (name: string, body: () => Promise<void>) => void;
  /** Where the store's capabilities are printed; default `console.info`. */
  readonly print?: (line: string) => void;
}

/** Registers every conformance case for a backend with a test framework, and prints what its stores declare. */
export function describeStoreConformance(label: string, backend: ConformanceBackend, framework: TestFramework): void {
  const { describe, it, print = console.info } = framework;
  describe(`store conformance: ${label}`, () => {
    it('declares its capabilities', () =>
      withRealStore(backend, async (store) => {
        const declared = { ...store.capabilities };
        print(`${label}: ${JSON.stringify(declared)}`);
        assert.deepEqual(declared, backend.capabilities);
        assert.equal(startsThread(store), declared.leaseRenewal === 'thread', 'startRenewals does otherwise');
      }));
    for (const [about, cases] of groupByMatter(storeConformance)) {
      describe(about, () => {
        for (const each of cases) {
          const register = isRequired(each, backend) ? it : framework.skip;
          register?.(each.name, () => runConformanceCase(each, backend));
        }
      });
    }
  });
}

/** A store on a new database as an application opens it: what it can do may depend on the real clock. */
async function withRealStore(backend: ConformanceBackend, use: (store: WorkflowStore) => Promise<void>): Promise<void> {
  const database = await backend.createDatabase();
  try {
    const store = await database.open({});
    try {
      await use(store);
    } finally {
      await store.close();
    }
  } finally {
    await database.destroy();
  }
}

function startsThread(store: WorkflowStore): boolean {
  const ignore = (): void => {};
  const renewals = store.startRenewals({ leaseMs: 30_000, onRenewals: ignore, onError: ignore });
  renewals?.stop();
  return renewals !== null;
}

function groupByMatter(cases: readonly ConformanceCase[]): ReadonlyMap<string, readonly ConformanceCase[]> {
  const groups = new Map<string, ConformanceCase[]>();
  for (const each of cases) {
    const group = groups.get(each.about);
    if (group === undefined) groups.set(each.about, [each]);
    else group.push(each);
  }
  return groups;
}
