import { type OpenStoreOptions, openStore, type WorkflowStore } from '@sisyphus-state/store';
import { afterEach } from 'vitest';

/** Opens stores that are closed after the test. */
export function useStores(): (file: string, options?: OpenStoreOptions) => Promise<WorkflowStore> {
  const opened: WorkflowStore[] = [];
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
  });
  return async (file, options = {}) => {
    const store = await openStore(file, { durability: 'process', ...options });
    opened.push(store);
    return store;
  };
}
