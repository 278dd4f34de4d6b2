import type { LeaseRenewals, RenewalOptions, WorkflowStore } from '@sisyphus-state/store';
import { vi } from 'vitest';
import { deferred } from '../deferred.js';
import type { RunResult } from '../driver-types.js';
import type { LeaseKeeper } from '../lease-keeper.js';
import type { RunDriver } from '../run-driver.js';

/** A driver of which only what the keeper uses is there. */
export function fakeDriver(runId: string, { fence = 1, revision = 5 } = {}) {
  const ended = deferred<RunResult>();
  let tell = (): void => undefined;
  let limit = (_: number | null): void => undefined;
  const fake = {
    runId,
    revision,
    isCommitting: false,
    lease: { runId, worker: 'me', fence, revision, expiresAt: 0 },
    result: ended.promise,
    sawNews: vi.fn<RunDriver['sawNews']>(),
    abandon: vi.fn<RunDriver['abandon']>((error) => ended.reject(error)),
    whenOutsideCommit: (listener: () => void) => {
      tell = listener;
    },
    whenLimitChanges: (listener: (instant: number | null) => void) => {
      limit = listener;
    },
  };
  const end = (): Promise<void> => {
    ended.resolve({ runId, status: 'completed', context: {}, output: null });
    return settle();
  };
  // The keeper asks for nothing else.
  const driver = fake as unknown as RunDriver;
  return { driver, fake, end, outsideCommit: () => tell(), limit: (instant: number | null) => limit(instant) };
}

/** A store of which only what the keeper uses is there: every lease is held, and nobody else wrote. */
export function fakeStore(leaseRenewal: 'thread' | 'process' = 'process') {
  const stopWatching = vi.fn<() => void>();
  let listener = (): void => undefined;
  const thread = {
    keep: vi.fn<LeaseRenewals['keep']>(),
    drop: vi.fn<LeaseRenewals['drop']>(),
    allowUntil: vi.fn<LeaseRenewals['allowUntil']>(),
    beat: vi.fn<LeaseRenewals['beat']>(),
    stop: vi.fn<LeaseRenewals['stop']>(),
  };
  const store = {
    capabilities: { leaseRenewal },
    startRenewals: vi.fn<WorkflowStore['startRenewals']>((_: RenewalOptions) => thread),
    renewLeases: vi.fn<WorkflowStore['renewLeases']>(async (leases) =>
      leases.map(({ runId }) => ({ runId, held: true, revision: 5 })),
    ),
    readRevisions: vi.fn<WorkflowStore['readRevisions']>(async (runIds) => new Map(runIds.map((runId) => [runId, 5]))),
    readRun: vi.fn<(runId: string) => Promise<unknown>>(async () => ({ fence: 1, leaseWorker: 'me' })),
    readMail: vi.fn<(runId: string) => Promise<readonly unknown[]>>(async () => []),
    watch: vi.fn<WorkflowStore['watch']>((added) => {
      listener = added;
      return stopWatching;
    }),
  };
  // The keeper asks for nothing else.
  const port = store as unknown as WorkflowStore;
  const told = (): RenewalOptions => store.startRenewals.mock.lastCall?.[0] as RenewalOptions; // it was started
  return { store, port, thread, told, stopWatching, ring: () => listener() };
}

/** Has a keeper keep a driver's lease. */
export const addTo = (keeper: LeaseKeeper, { driver, fake }: ReturnType<typeof fakeDriver>): void =>
  keeper.add(driver, fake.lease);

/** Lets everything happen that waits for no time to pass. */
export const settle = async (): Promise<void> => void (await vi.advanceTimersByTimeAsync(0));
