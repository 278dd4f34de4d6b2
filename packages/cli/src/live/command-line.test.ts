import { expect, it } from 'vitest';
import { resumeCommandLine } from './command-line.js';

const command = { runId: '0190', db: undefined, handlers: [], env: {} };

it('names the run', () => {
  expect(resumeCommandLine(command)).toBe('sisyphus resume 0190');
});

it('repeats the options that the run needs again', () => {
  expect(resumeCommandLine({ ...command, db: 'a.db', handlers: ['./x.mjs', '@scope/mail'] })).toBe(
    'sisyphus resume 0190 --db a.db --handlers ./x.mjs --handlers @scope/mail',
  );
});

it('is none for a database in memory', () => {
  expect(resumeCommandLine({ ...command, db: ':memory:' })).toBeNull();
});

it('quotes what a shell would take apart', () => {
  expect(resumeCommandLine({ ...command, db: "it's $HOME.db" })).toBe("sisyphus resume 0190 --db 'it'\\''s $HOME.db'");
});

it('is what works in a checkout, where there is no such program', () => {
  expect(resumeCommandLine({ ...command, env: { npm_lifecycle_event: 'sisyphus' } })).toBe(
    'npx -y pnpm@12 -s sisyphus resume 0190',
  );
});
