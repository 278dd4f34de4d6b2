import type { WorkflowStore } from '@sisyphus-state/store';

/** A store as seen by a process that is halted in the middle and goes on much later. */
export interface HeldStore {
  readonly store: WorkflowStore;
  /** Resolves when the process is halted. */
  readonly halted: Promise<void>;
  /** Lets the process go on: the write it was halted at is made now. */
  readonly release: () => void;
  /** Resolves when that write was answered, one way or the other. */
  readonly answered: Promise<void>;
}

const writes: ReadonlySet<string | symbol> = new Set(['createRuns', 'claimRuns', 'record']);

/** Wraps a store so that its user halts just before its n-th write. */
export function holdAt(store: WorkflowStore, call: number): HeldStore {
  let calls = 0;
  let report = (): void => undefined;
  let release = (): void => undefined;
  let reportAnswer = (): void => undefined;
  const halted = new Promise<void>((resolve) => {
    report = resolve;
  });
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const answered = new Promise<void>((resolve) => {
    reportAnswer = resolve;
  });
  const wrapped = new Proxy(store, {
    get(target, name) {
      // A process that is halted hears nothing, and the first thing it does afterwards is its late write.
      if (name === 'watch') return () => () => undefined;
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function' || !writes.has(name)) return member;
      return async (...args: unknown[]) => {
        calls += 1;
        if (calls !== call) return member.apply(target, args);
        report();
        await released;
        return Promise.resolve(member.apply(target, args)).finally(reportAnswer);
      };
    },
  });
  return { store: wrapped, halted, release, answered };
}
