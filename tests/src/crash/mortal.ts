import type { WorkflowStore } from '@sisyphus-state/store';

/** A store as seen by a process that can be stopped at any instant: from then on no call is made and none settles. */
export interface Mortal {
  readonly store: WorkflowStore;
  readonly isDead: () => boolean;
  readonly die: () => void;
  /** Resolves at death. */
  readonly dead: Promise<void>;
}

/** Wraps a store so that its user can be stopped between two calls; `crashAt` stops it at one. */
export function mortal(store: WorkflowStore): Mortal {
  let isDead = false;
  let report = (): void => undefined;
  const dead = new Promise<void>((resolve) => {
    report = resolve;
  });
  const settleAlive = async (result: unknown): Promise<unknown> => {
    const settled = await Promise.allSettled([result]);
    return isDead
      ? never()
      : settled[0]?.status === 'fulfilled'
        ? settled[0].value
        : Promise.reject(settled[0]?.reason);
  };
  const wrapped = new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        if (isDead) return name === 'watch' ? () => undefined : never();
        const result: unknown = member.apply(target, args);
        return result instanceof Promise ? settleAlive(result) : result;
      };
    },
  });
  const die = (): void => {
    isDead = true;
    report();
  };
  return { store: wrapped, isDead: () => isDead, die, dead };
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
