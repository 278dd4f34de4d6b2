import { expect, it } from 'vitest';
import { answerCommandLine, resumeCommandLine, workCommandLine } from './command-line.js';

const command = { db: undefined, handlers: [], workflows: [], env: {} };

it('names the run', () => {
  expect(resumeCommandLine('0190', command)).toBe('sisyphus resume 0190');
});

it('repeats the options that the run needs again', () => {
  expect(resumeCommandLine('0190', { ...command, db: 'a.db', handlers: ['./x.mjs', '@scope/mail'] })).toBe(
    'sisyphus resume 0190 --db a.db --handlers ./x.mjs --handlers @scope/mail',
  );
  expect(resumeCommandLine('0190', { ...command, namespace: 'blue', workflows: ['./a.mjs', './b.mjs'] })).toBe(
    'sisyphus resume 0190 --workflows ./a.mjs --workflows ./b.mjs',
  );
});

it('quotes what a shell would take apart', () => {
  expect(resumeCommandLine('0190', { ...command, db: "it's $HOME.db" })).toBe(
    "sisyphus resume 0190 --db 'it'\\''s $HOME.db'",
  );
});

it('is what works in a checkout, where there is no such program', () => {
  expect(resumeCommandLine('0190', { ...command, env: { npm_lifecycle_event: 'sisyphus' } })).toBe(
    'npx -y pnpm@12 -s sisyphus resume 0190',
  );
});

it.each([
  ['postgres://user:secret@host:5432/db', 'postgres://user@host:5432/db'],
  ['postgres://user:p@ss:w@host/db?ssl=1', "'postgres://user@host/db?ssl=1'"],
  ['postgres://host/db?user=u&password=secret&x=1', "'postgres://host/db?user=u&password=&x=1'"],
  ['postgres://user@host/db', 'postgres://user@host/db'],
  ['./a:b@c.db', './a:b@c.db'],
])('does not repeat the password of %s', (db, shown) => {
  expect(resumeCommandLine('0190', { ...command, db })).toBe(`sisyphus resume 0190 --db ${shown}`);
});

it('names the queue that a worker is wanted for, unless it is the one that a worker takes anyway', () => {
  expect(workCommandLine('default', command)).toBe('sisyphus work');
  expect(workCommandLine('mail out', { ...command, db: 'a.db', namespace: 'blue', handlers: ['./x.mjs'] })).toBe(
    "sisyphus work --queue 'mail out' --db a.db --namespace blue --handlers ./x.mjs",
  );
});

it.each([
  ['signal:paid in full', "sisyphus signal 0190 'paid in full' --db a.db"],
  ['approval:ask[2]', "sisyphus approve 0190 'ask[2]' --db a.db"],
  ['in_doubt:pay', 'sisyphus resolve 0190 pay --db a.db'],
  ['something else', 'sisyphus show 0190 --db a.db'],
  [null, 'sisyphus show 0190 --db a.db'],
])('gives a run what it waits for as %j', (reason, shown) => {
  expect(answerCommandLine('0190', reason, { ...command, db: 'a.db', handlers: ['./x.mjs'] })).toBe(shown);
});
