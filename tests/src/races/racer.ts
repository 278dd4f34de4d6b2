import { type ExecutorOptions, WorkflowExecutor } from '@sisyphus-state/executor';
import type { WorkflowStore } from '@sisyphus-state/store';
import { effectHandler } from '../support/effect-handler.mjs';
import type { Worker } from '../support/worker.js';
import { type Deed, type Race, raceFlow } from './race.js';

/** What somebody was told: a value, or the code of an error. */
export interface Told {
  readonly racer: number;
  readonly deed: Deed | 'start';
  readonly code: string | null;
  readonly value: unknown;
}

/** Somebody with an executor and a store of their own, in this process or in another. */
export interface Racer {
  start(runId: string, input: Race['input'], deadline: Race['deadline']): Promise<Told>;
  act(deed: Deed, runId: string): Promise<Told>;
  /** Gives back what it has in hand; it may be used again. */
  stop(): Promise<unknown>;
}

/** No lease runs out: whoever gets a run without being given it took it. */
export const racerOptions: ExecutorOptions = { leaseMs: 600_000, parkAfterMs: 1, abortGraceMs: 1000 };

/** A racer of this process. */
export function localRacer(racer: number, store: WorkflowStore, effects: string): Racer {
  const executor = new WorkflowExecutor(store, [effectHandler({ effects })], racerOptions);
  return racerOf(racer, {
    start: async ({ workflow, input, options }) => {
      (await executor.start(workflow, input, options)).result().catch(() => undefined);
    },
    cancel: ({ runId }) => executor.cancel(runId),
    pause: ({ runId }) => executor.pause(runId),
    resume: ({ runId, options }) => executor.resume(runId, undefined, { until: 'idle', ...options }),
    signal: ({ runId, name }) => executor.signal(runId, name),
    approve: ({ runId, stepKey, answer }) => executor.approve(runId, stepKey, answer),
    reject: ({ runId, stepKey, answer }) => executor.reject(runId, stepKey, answer),
    stop: () => executor.stop(),
  });
}

/** A racer of a process of its own, which has opened the database. */
export function remoteRacer(racer: number, worker: Worker): Racer {
  const verb =
    (name: string): Verb =>
    async (request) => {
      const answer = await worker.call(name, { ...request });
      if (answer.ok) return answer.value;
      throw Object.assign(new Error(answer.error?.message), { code: answer.error?.code });
    };
  const names = ['start', 'cancel', 'pause', 'resume', 'signal', 'approve', 'reject', 'stop'] as const;
  const [start, cancel, pause, resume, signal, approve, reject, stop] = names.map(verb);
  if (!start || !cancel || !pause || !resume || !signal || !approve || !reject || !stop)
    throw new Error('All are there.');
  return racerOf(racer, { start, cancel, pause, resume, signal, approve, reject, stop });
}

interface Request {
  readonly runId: string;
  readonly name: string;
  readonly stepKey: string;
  readonly answer: { readonly by: string };
  readonly workflow: typeof raceFlow;
  readonly input: unknown;
  readonly options: Readonly<Record<string, unknown>>;
}
type Verb = (request: Request) => Promise<unknown>;
type Verbs = Readonly<Record<'start' | 'cancel' | 'pause' | 'resume' | 'signal' | 'approve' | 'reject' | 'stop', Verb>>;

function racerOf(racer: number, verbs: Verbs): Racer {
  const request = (runId: string, options: Request['options'] = {}, input: unknown = null): Request => ({
    ...{ runId, name: 'go', stepKey: 'ok', answer: { by: `racer ${racer}` }, workflow: raceFlow, input, options },
  });
  const call = (deed: Deed): Verb => (deed === 'take over' ? verbs.resume : verbs[deed]);
  const tell = async (deed: Told['deed'], answer: Promise<unknown>): Promise<Told> => {
    try {
      return { racer, deed, code: null, value: (await answer) ?? null };
    } catch (error) {
      return { racer, deed, code: codeOf(error), value: error };
    }
  };
  return {
    start: (runId, input, deadline) => {
      const options = deadline === null ? { runId } : { runId, deadline };
      return tell('start', verbs.start(request(runId, options, input)));
    },
    act: (deed, runId) => tell(deed, call(deed)(request(runId, { until: 'idle', takeover: deed === 'take over' }))),
    stop: () => verbs.stop(request('')),
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
