import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';

/** What a child answered: `ok`, and what the verb gave or the error it met. */
export type Answer = { readonly ok: boolean } & Readonly<Record<string, unknown>>;

export interface Child {
  /** Sends a request (see `child.mjs`) and waits for its answer; rejects when the process dies over it. */
  ask(request: { readonly verb: string } & Readonly<Record<string, unknown>>): Promise<Answer>;
  /** The signal that ended it, once it has ended. */
  readonly ended: Promise<string | null>;
}

/** Starts processes of their own that answer requests; those still there after the test are ended. */
export function useChildren(): () => Promise<Child> {
  const started: ChildProcess[] = [];
  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
  });
  return async () => {
    const child = fork(fileURLToPath(new URL('./child.mjs', import.meta.url)), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    started.push(child);
    const ended = new Promise<string | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
    await nextAnswer(child, ended);
    return {
      ended,
      ask(request) {
        const answer = nextAnswer(child, ended);
        child.send(request);
        return answer;
      },
    };
  };
}

async function nextAnswer(child: ChildProcess, ended: Promise<string | null>): Promise<Answer> {
  const stop = new AbortController();
  const message = once(child, 'message', { signal: stop.signal });
  const death = ended.then((signal) => {
    throw new Error(`The process ended with ${signal ?? 'an exit'} instead of an answer.`);
  });
  try {
    const [answer] = await Promise.race([message, death]);
    return answer;
  } finally {
    stop.abort();
  }
}
