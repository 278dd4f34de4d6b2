import { open } from 'node:fs/promises';

/** Makes the names in a folder survive power loss: what was created, renamed or removed there. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder for this, and needs no such thing.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
