/** What a command for the reader to copy is made of. */
export interface ResumeCommand {
  readonly runId: string;
  readonly db: string | undefined;
  readonly handlers: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The command that resumes a run, with the options that this one was given, quoted for a shell; null: none can. */
export function resumeCommandLine({ runId, db, handlers, env }: ResumeCommand): string | null {
  // A database in memory is gone with this process.
  if (db === ':memory:') return null;
  const options = [...(db === undefined ? [] : ['--db', db]), ...handlers.flatMap((name) => ['--handlers', name])];
  return [...programName(env), 'resume', runId, ...options].map(quote).join(' ');
}

/** In a checkout the program is a script of the root, and a shell finds no `sisyphus`. */
function programName(env: ResumeCommand['env']): readonly string[] {
  return env.npm_lifecycle_event === 'sisyphus' ? ['npx', '-y', 'pnpm@12', '-s', 'sisyphus'] : ['sisyphus'];
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
