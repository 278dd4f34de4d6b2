import { expect, it } from 'vitest';
import { exitStatusOf, exitStatusOfSignal } from './exit-status.js';

it.each([
  ['USAGE', 2],
  ['DEFINITION_INVALID', 2],
  ['HANDLER_NOT_FOUND', 2],
  ['INPUT_INVALID', 2],
  ['RUN_NOT_FOUND', 2],
  ['IDEMPOTENCY_CONFLICT', 2],
  ['WORKFLOW_CHOICE', 2],
  ['WORKFLOWS_UNLOADABLE', 2],
  ['WORKFLOW_MISMATCH', 2],
  ['NON_DETERMINISM', 3],
  ['RUN_HELD', 1],
  ['STORE_FULL', 1],
  ['NOT_A_DATABASE', 1],
  ['MIGRATION_NEWER', 1],
  ['SOMETHING_NEW', 1],
])('an error %s ends the command with %d', (code, status) => {
  expect(exitStatusOf(code)).toBe(status);
});

it('says which signal stopped the process, as shells do', () => {
  expect([exitStatusOfSignal('SIGINT'), exitStatusOfSignal('SIGTERM')]).toEqual([130, 143]);
});
