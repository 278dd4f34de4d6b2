import { openStore } from '@sisyphus-state/store';
import { describe, expect, it } from 'vitest';
import type { ConformanceBackend } from './conformance-case.js';
import { describeStoreConformance } from './describe-conformance.js';
import { storeConformance } from './store-conformance.js';

const memory: ConformanceBackend = {
  capabilities: {
    dialect: 'sqlite',
    durable: false,
    multiProcess: false,
    leaseRenewal: 'process',
    syncTransactions: true,
  },
  createDatabase: async () => ({
    open: (options) => openStore(':memory:', options),
    notes: { insert: () => {}, read: async () => [] },
    destroy: async () => {},
  }),
};

/** What an adapter registers, as `group > name`, and how to run it. */
function register(backend: ConformanceBackend, withSkip = true) {
  const registered = new Map<string, () => Promise<void>>();
  const skipped: string[] = [];
  const printed: string[] = [];
  const path: string[] = [];
  describeStoreConformance('a store', backend, {
    describe: (name, body) => {
      path.push(name);
      body();
      path.pop();
    },
    it: (name, body) => void registered.set([...path, name].join(' > '), body),
    ...(withSkip ? { skip: (name: string) => void skipped.push(name) } : {}),
    print: (line) => void printed.push(line),
  });
  return { registered, skipped, printed };
}

describe('describeStoreConformance', () => {
  it('registers every case once, under its matter', () => {
    const { registered } = register({
      ...memory,
      capabilities: { ...memory.capabilities, durable: true, multiProcess: true, leaseRenewal: 'thread' },
    });
    const names = storeConformance.map(({ about, name }) => `store conformance: a store > ${about} > ${name}`);
    expect([...registered.keys()].slice(1).sort()).toEqual([...names].sort());
    expect(new Set(names).size).toBe(names.length);
  });

  it('skips what the store does not claim, or leaves it out', () => {
    const all = storeConformance.length + 1;
    const [skipping, leaving] = [register(memory), register(memory, false)];
    expect(skipping.skipped.length).toBeGreaterThan(2);
    expect(skipping.registered.size + skipping.skipped.length).toBe(all);
    expect(leaving.registered.size).toBe(skipping.registered.size);
  });

  it('prints what the store declares', async () => {
    const { registered, printed } = register(memory);
    await registered.get('store conformance: a store > declares its capabilities')?.();
    expect(printed).toEqual([`a store: ${JSON.stringify(memory.capabilities)}`]);
  });

  it('fails for a store that declares something else than its backend says', async () => {
    const boasting = { ...memory, capabilities: { ...memory.capabilities, durable: true } };
    const { registered } = register(boasting);
    await expect(registered.get('store conformance: a store > declares its capabilities')?.()).rejects.toThrow();
  });

  it('fails for a store that declares a thread and has none', async () => {
    const capabilities = { ...memory.capabilities, leaseRenewal: 'thread' } as const;
    const { registered } = register({
      capabilities,
      createDatabase: async () => ({
        ...(await memory.createDatabase()),
        open: async () => ({ ...(await openStore(':memory:')), capabilities }),
      }),
    });
    await expect(registered.get('store conformance: a store > declares its capabilities')?.()).rejects.toThrow(
      'startRenewals',
    );
  });
});
