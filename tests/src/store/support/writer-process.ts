import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Another process with a store on the same file. */
export interface WriterProcess {
  /** Has it do something (see `writer.mjs`), and hears what came of it. */
  readonly ask: (what: string, options?: object) => Promise<unknown>;
  /** Kills it at once, and is done when it is gone. */
  readonly kill: () => Promise<void>;
}

const script = fileURLToPath(new URL('./writer.mjs', import.meta.url));

/** Starts a process that opens the store at a location. */
export async function startWriter(location: string): Promise<WriterProcess> {
  const child = fork(script, [location], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  await answerOf(child);
  return {
    ask: async (what, options = {}) => {
      child.send({ what, ...options });
      return answerOf(child);
    },
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const [answer] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => [{ error: `exit ${code}` }]),
  ]);
  if ('error' in answer) throw new Error(answer.error);
  return answer.value;
}
