import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../support/postgres-server.js';
import { runCli, runCliDocument, runIdIn, startCli, until } from './support/cli.js';
import { effectsIn, folderWith, gated, openGate } from './support/flows.js';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
}, 120_000);

afterAll(() => server.stop());

it('the same commands work on PostgreSQL: migrate, run, look, kill, resume, verify', async () => {
  const { url, drop } = await server.createDatabase();
  const cwd = folderWith({ 'flow.yaml': gated });
  const db = ['--db', url];

  const early = await runCliDocument(['ls', ...db], { cwd });
  expect(early).toMatchObject({ status: 1, document: { error: { code: 'MIGRATION_PENDING' } } });
  expect((await runCli(['migrate', ...db], { cwd })).stdout).toMatch(/^migrated /);
  expect((await runCli(['migrate', ...db], { cwd })).stdout).toMatch(/^up to date /);

  const killed = startCli(['run', 'flow.yaml', ...db], { cwd });
  await until('the second step runs', () => effectsIn(cwd).includes('second 1'));
  killed.child.kill('SIGKILL');
  await killed.ended;
  const runId = runIdIn(killed.stdout());
  const listed = await runCli(['ls', ...db], { cwd });
  expect(listed.stdout).toContain('its worker is gone');

  openGate(cwd);
  expect(await runCli(['resume', runId.slice(-12), ...db], { cwd })).toMatchObject({ status: 0 });
  expect(effectsIn(cwd)).toEqual(['first 1', 'second 1', 'second 2', 'third 1']);
  const { document } = await runCliDocument(['show', runId, ...db], { cwd });
  expect(document).toMatchObject({ id: runId, status: 'completed', output: 'opened' });
  expect(await runCli(['verify', ...db], { cwd })).toMatchObject({ status: 0 });

  // What is printed ends in logs. A server given by DATABASE_URL may have no password to show.
  const { password } = new URL(url);
  const migrated = await runCli(['migrate', ...db], { cwd });
  const printed = [listed.stdout, listed.stderr, killed.stdout(), killed.stderr(), migrated.stdout].join('');
  if (password !== '') expect(printed).not.toContain(password);
  await drop();
});

it('a worker on PostgreSQL takes what another process leaves, and what a killed worker had', async () => {
  const { url, drop } = await server.createDatabase();
  const cwd = folderWith({ 'flow.yaml': gated });
  const db = ['--db', url];
  await runCli(['migrate', ...db], { cwd });
  const start = () =>
    startCli(['work', '--queue', 'mail', '--limit', 'mail=2', '--key-limit', 'mail=1', ...db], { cwd });
  const killed = start();
  const leave = ['run', 'flow.yaml', '--detach', '--queue', 'mail', '--key', 'acme', ...db];
  const runId = (await runCli(leave, { cwd })).stdout.trim();
  await until('the second step runs', () => effectsIn(cwd).includes('second 1'));
  killed.child.kill('SIGKILL');
  await killed.ended;
  openGate(cwd);
  const worker = start();
  await until('the run is completed', () => worker.stdout().includes(`${runId} gated completed in `));
  expect(worker.stdout()).toContain(`${runId} gated taken from `);
  const { password } = new URL(url);
  if (password !== '') expect(worker.stdout()).not.toContain(password);
  worker.child.kill('SIGTERM');
  expect(await worker.ended).toMatchObject({ status: 0 });
  expect(effectsIn(cwd)).toEqual(['first 1', 'second 1', 'second 2', 'third 1']);
  expect(await runCli(['verify', ...db], { cwd })).toMatchObject({ status: 0 });
  await drop();
});
