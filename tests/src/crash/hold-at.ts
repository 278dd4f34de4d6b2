import type { WorkflowStore } from '@sisyphus-state/store';

/** A store as seen by a process that is halted in the middle and goes on much later. */
export interface HeldStore {
  readonly store: WorkflowStore;
  /** Resolves when the process is halted. */
  readonly halted: Promise<void>;
  /** Lets the process go on: the write it was halted at is made now. */
  readonly release: () => void;
}

const writes: ReadonlySet<string | symbol> = new Set(['createRuns', 'claimRuns', 'record']);

/** Wraps a store so that its user halts just before its n-th write. */
export function holdAt(store: WorkflowStore, call: number): HeldStore {
  let calls = 0;
  let report = (): void => undefined;
  let release = (): void => undefined;
  const halted = new Promise<void>((resolve) => {
    report = resolve;
  });
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const wrapped = new Proxy(store, {
    get(target, name) {
      // A process that is halted hears nothing, and the first thing it does afterwards is its late write.
      if (name === 'watch') return () => () => undefined;
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function' || !writes.has(name)) return member;
      return async (...args: unknown[]) => {
        calls += 1;
        if (calls === call) {
          report();
          await released;
        }
        return member.apply(target, args);
      };
    },
  });
  return { store: wrapped, halted, release };
}
