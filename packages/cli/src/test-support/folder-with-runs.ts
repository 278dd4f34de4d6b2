import { join } from 'node:path';
import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import { temporaryFolder } from './temporary-folder.js';

/** A new folder with a database `t.db` that holds what `fill` put there. */
export async function folderWithRuns(fill: (store: WorkflowStore) => Promise<unknown>): Promise<string> {
  const cwd = temporaryFolder();
  await inDatabase(cwd, fill);
  return cwd;
}

/** Opens a folder's `t.db` for a moment. */
export async function inDatabase<T>(cwd: string, use: (store: WorkflowStore) => Promise<T>): Promise<T> {
  const store = await openStore(join(cwd, 't.db'));
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}
