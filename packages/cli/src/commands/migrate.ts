import { SisyphusError } from '@sisyphus-state/schema';
import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import { exitStatus } from '../errors/exit-status.js';
import { count } from '../format/text.js';
import { allRuns } from '../input/find-run.js';
import { databaseLocation } from '../input/open-database.js';
import { type CommandContext, printDocument } from './command.js';

interface Pending {
  readonly tags: readonly string[];
  /** The file was made by the draft's own code. */
  readonly isDraft: boolean;
}

/** `sisyphus migrate`: brings the database to this version's tables, or makes it; says what it did. */
export async function migrate(context: CommandContext): Promise<number> {
  const location = databaseLocation(context.db, context.terminal);
  const pending = await readPending(location);
  // Asked for by name: PostgreSQL is only verified otherwise.
  const store = await openStore(location, { migrate: true });
  try {
    const adoptedRuns = pending.isDraft ? await countRuns(store) : null;
    if (context.json) printDocument(context, { location: store.location, applied: pending.tags, adoptedRuns });
    else printResult(store.location, pending.tags, adoptedRuns, context);
    return exitStatus.done;
  } finally {
    await store.close();
  }
}

/** What opening is about to do: opening without migrating says it by its error. */
async function readPending(location: string): Promise<Pending> {
  try {
    const store = await openStore(location, { migrate: false });
    await store.close();
    return { tags: [], isDraft: false };
  } catch (error) {
    if (!(error instanceof SisyphusError) || error.code !== 'MIGRATION_PENDING') throw error;
    const { tags, isDraft } = error.details ?? {};
    return { tags: Array.isArray(tags) ? tags.map(String) : [], isDraft: isDraft === true };
  }
}

/** All there is in a file that was just adopted came from the draft. */
async function countRuns(store: WorkflowStore): Promise<number> {
  let runs = 0;
  for await (const _ of allRuns(store)) runs += 1;
  return runs;
}

function printResult(
  location: string,
  applied: readonly string[],
  adoptedRuns: number | null,
  { terminal }: CommandContext,
): void {
  const { paint, print } = terminal;
  if (applied.length === 0) return print(`${paint.green('up to date')}  ${location}`);
  print(`${paint.green('migrated')}  ${location}`);
  for (const tag of applied) print(`  ${tag}`);
  if (adoptedRuns !== null)
    print(`Adopted ${count(adoptedRuns, 'run')} of the draft; its own tables are kept as draft_*.`);
}
