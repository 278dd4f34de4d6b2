import { expect, test } from 'vitest';
import { statementsThatTakeAway } from './statements-that-take-away.js';

const additive = [
  'CREATE TABLE `schedules` (\n\t`id` text PRIMARY KEY NOT NULL\n);',
  "CREATE UNIQUE INDEX `one` ON `schedules` (`id`) WHERE note <> ';';",
  'CREATE INDEX `two` ON `schedules` (`id`);',
  'ALTER TABLE `workflow_runs` ADD `region` text;',
  'DROP INDEX `workflow_runs_ready`;',
];

test('accepts tables, indexes and columns that are added, and indexes that go', () => {
  expect(statementsThatTakeAway(additive.join('\n--> statement-breakpoint\n'))).toEqual([]);
});

test.each([
  'DROP TABLE `workflow_runs`;',
  'CREATE TABLE `__new_workflow_runs` (`id` text);',
  'ALTER TABLE `workflow_runs` DROP COLUMN `reason`;',
  'ALTER TABLE `workflow_runs` RENAME COLUMN `reason` TO `why`;',
  'ALTER TABLE `__new_workflow_runs` RENAME TO `workflow_runs`;',
  'DROP INDEX `two`; DROP TABLE `workflow_runs`;',
  'PRAGMA foreign_keys=OFF;',
  'DELETE FROM audit_events;',
  'CREATE INDEX `two` ON `schedules` (`id`); DROP TABLE `workflow_runs`;',
])('refuses %s', (statement) => {
  const sql = [additive[0], statement, additive[2]].join('\n--> statement-breakpoint\n');
  expect(statementsThatTakeAway(sql)).toEqual([statement]);
});
