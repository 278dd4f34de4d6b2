import type { RunRow } from '@sisyphus-state/schema';
import { RunNotFoundError, type WorkflowStore } from '@sisyphus-state/store';
import { UsageError } from '../errors/usage-error.js';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const part = /^[0-9a-f-]+$/;
const leastLength = 4;
const pageSize = 1000;
const mostShown = 5;

/**
 * Finds the run that a person named: its whole id, or a part that no other run's id starts or ends with.
 *
 * Ids made close together start alike, so their ends are the shorter names. A whole id is found in any namespace. Throws `RUN_NOT_FOUND` and `RUN_AMBIGUOUS`.
 */
export async function findRun(store: WorkflowStore, given: string, namespace?: string): Promise<string> {
  const name = given.trim().toLowerCase();
  // Ids of adopted runs need not be UUIDs, so anything may be a whole id.
  const exact = await store.readRun(given.trim());
  if (exact !== null) return exact.id;
  if (uuid.test(name)) return (await store.readRun(name))?.id ?? notFound(name);
  if (name.length < leastLength || !part.test(name)) return notFound(given);
  const matches = await findMatches(store, name, namespace);
  const [match] = matches;
  if (match === undefined) return notFound(given);
  if (matches.length === 1) return match;
  const shown = matches.slice(0, mostShown).map((id) => `\n  ${id}`);
  const more = matches.length > mostShown ? '\n  …' : '';
  throw new UsageError(
    'RUN_AMBIGUOUS',
    `More than one run's id starts or ends with ${name}:${shown.join('')}${more}\nGive more of it.`,
    {
      details: { given: name, matches: matches.slice(0, mostShown) },
    },
  );
}

async function findMatches(
  store: WorkflowStore,
  name: string,
  namespace: string | undefined,
): Promise<readonly string[]> {
  const matches: string[] = [];
  for await (const { id } of allRuns(store, namespace)) {
    if (id.startsWith(name) || id.endsWith(name)) matches.push(id);
    if (matches.length > mostShown) break;
  }
  return matches;
}

/** Every run of a namespace, newest first, a page at a time; values over 8 KiB are left out. */
export async function* allRuns(store: WorkflowStore, namespace?: string): AsyncGenerator<RunRow> {
  for (let before: string | undefined; ; ) {
    const page = await store.listRuns({ limit: pageSize, ...(namespace && { namespace }), ...(before && { before }) });
    yield* page;
    before = page.at(-1)?.id;
    if (before === undefined || page.length < pageSize) return;
  }
}

function notFound(name: string): never {
  throw new RunNotFoundError(name);
}
