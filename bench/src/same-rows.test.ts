import { expect, it } from 'vitest';
import { checkSameRows } from './same-rows.js';
import { quickSizes } from './sizes.js';
import { temporaryFolder } from './test-support/temporary-folder.js';

it('finds that raw writes what the engine writes', async () => {
  const { rows } = await checkSameRows({ folder: temporaryFolder(), sizes: quickSizes, postgres: null });
  // Two definitions; two runs of 3 steps with 9 events each; one foreach of 3 with its parent and 11 events.
  expect(rows).toBe(2 + 2 * (1 + 3 + 9) + (1 + 4 + 11));
});
