import { defineHandler, type Handler, type HandlerRun } from '@sisyphus-state/handlers';

/** What the steps of a flow do, whatever its form: they are noted, and some fail or take their time. */
export interface Effects {
  readonly act: (run: HandlerRun, turns?: number) => Promise<string>;
  readonly flaky: (run: HandlerRun, healMs: number, turns?: number) => Promise<string>;
}

/** What steps need of the world they act on. */
export interface EffectPorts {
  /** The process they are in has died: nothing of it goes on. */
  readonly isOver: () => boolean;
  readonly note: (runId: string, key: string) => void;
  readonly ageOf: (runId: string) => number;
}

/** The effects of one process. Each gives its step's key. */
export function effectsOn({ isOver, note, ageOf }: EffectPorts): Effects {
  const effect = async ({ runId, stepKey, signal }: HandlerRun, turns: number): Promise<string> => {
    if (isOver()) return never();
    note(runId, stepKey);
    for (let turn = 0; turn < turns; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isOver()) return never();
      signal.throwIfAborted();
    }
    return stepKey;
  };
  return {
    act: (run, turns = 0) => effect(run, turns),
    flaky: async (run, healMs, turns = 0) => {
      const key = await effect(run, turns);
      if (ageOf(run.runId) < healMs) throw new Error(`${key} does not work yet`);
      return key;
    },
  };
}

/** The handlers of these effects, for data and for code that calls handlers. */
export function handlersOf({ act, flaky }: Effects): readonly Handler[] {
  return [
    defineHandler({ type: 'act', run: (input, run) => act(run, numberOf(input, 'turns')) }),
    defineHandler({
      type: 'flaky',
      run: (input, run) => flaky(run, numberOf(input, 'healMs'), numberOf(input, 'turns')),
    }),
  ];
}

function numberOf(input: unknown, name: string): number {
  const value: unknown = typeof input === 'object' && input !== null ? Reflect.get(input, name) : undefined;
  return typeof value === 'number' ? value : 0;
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
