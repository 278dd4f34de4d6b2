/** What a command for the reader to copy is made of, beside its own words: the options that this one was given. */
export interface CommandOptions {
  readonly db: string | undefined;
  readonly namespace?: string | undefined;
  readonly handlers: readonly string[];
  readonly workflows: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The command that resumes a run, with the options that this one was given, quoted for a shell. */
export function resumeCommandLine(runId: string, options: CommandOptions): string {
  // A whole id needs no namespace.
  return commandLine(['resume', runId], { ...options, namespace: undefined });
}

/** The command that starts a worker for a queue, with the options that this one was given, quoted for a shell. */
export function workCommandLine(queue: string, options: CommandOptions): string {
  return commandLine(queue === 'default' ? ['work'] : ['work', '--queue', queue], options);
}

/** The command that gives a run what it waits for: the signal, the answer or the word on a step in doubt that its reason names. */
export function answerCommandLine(runId: string, reason: string | null, { db, env }: CommandOptions): string {
  const [, kind = '', name = ''] = /^(\w+):(.*)$/s.exec(reason ?? '') ?? [];
  const words: Readonly<Record<string, readonly string[]>> = {
    signal: ['signal', runId, name],
    approval: ['approve', runId, name],
    in_doubt: ['resolve', runId, name],
  };
  return commandLine(words[kind] ?? ['show', runId], { db, handlers: [], workflows: [], env });
}

function commandLine(words: readonly string[], { db, namespace, handlers, workflows, env }: CommandOptions): string {
  const options = [
    ...(db === undefined ? [] : ['--db', withoutPassword(db)]),
    ...(namespace === undefined ? [] : ['--namespace', namespace]),
    ...handlers.flatMap((name) => ['--handlers', name]),
    ...workflows.flatMap((name) => ['--workflows', name]),
  ];
  return [...programName(env), ...words, ...options].map(quote).join(' ');
}

/** In a checkout the program is a script of the root, and a shell finds no `sisyphus`. */
function programName(env: CommandOptions['env']): readonly string[] {
  return env.npm_lifecycle_event === 'sisyphus' ? ['npx', '-y', 'pnpm@12', '-s', 'sisyphus'] : ['sisyphus'];
}

/** What is printed ends in logs and histories: a password in an address is left out, and has to be given again. */
function withoutPassword(db: string): string {
  return db.replace(/^([a-z][a-z0-9+.-]*:\/\/[^/?#@]*?):[^/?#]*@/i, '$1@').replace(/([?&]password=)[^&#]*/gi, '$1');
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
