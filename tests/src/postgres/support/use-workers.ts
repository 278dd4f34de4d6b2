import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';

/** What a worker answered: `ok`, and what the verb gave or the error it met. */
export type Answer = { readonly ok: boolean } & Readonly<Record<string, unknown>>;

export interface WorkerProcess {
  /** Sends a request (see `worker.mjs`) and waits for its answer. */
  ask(request: { readonly verb: string } & Readonly<Record<string, unknown>>): Promise<Answer>;
}

/** Starts processes of their own that answer requests; they are ended after the test. */
export function useWorkers(): (count: number) => Promise<readonly WorkerProcess[]> {
  const started: ChildProcess[] = [];
  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
  });
  return (count) =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const child = fork(fileURLToPath(new URL('./worker.mjs', import.meta.url)));
        started.push(child);
        await once(child, 'message');
        return {
          ask: async (request) => {
            const answer = once(child, 'message');
            child.send(request);
            const [message] = await answer;
            // `worker.mjs` answers nothing else.
            return message as Answer;
          },
        };
      }),
    );
}
