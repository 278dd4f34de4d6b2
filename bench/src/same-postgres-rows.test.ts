import { expect, it, onTestFinished } from 'vitest';
import { startServer } from './postgres/server.js';
import { checkSamePostgresRows } from './same-postgres-rows.js';
import { temporaryFolder } from './test-support/temporary-folder.js';

it('finds that raw writes what the engine writes on PostgreSQL', { timeout: 60_000 }, async () => {
  const server = await startServer(temporaryFolder());
  onTestFinished(() => server.stop());
  const { rows } = await checkSamePostgresRows(server);
  // One definition; two runs of 3 steps with 9 events each.
  expect(rows).toBe(1 + 2 * (1 + 3 + 9));
});
