// Written by scripts/embed-migrations.mjs from migrations/sqlite; do not edit.
import type { EmbeddedMigration } from '../embedded-migration.js';

export const sqliteMigrations: readonly EmbeddedMigration[] = [
  {
    tag: "0000_foundation",
    createdAt: 1795369720916,
    hash: "bd019d28e137f7e520db98cda57792921d5f28d8afb872618472c9d466f3df08",
    statements: [
      "CREATE TABLE `audit_events` (\n\t`run_id` text NOT NULL,\n\t`seq` integer NOT NULL,\n\t`type` text NOT NULL,\n\t`source` text DEFAULT 'engine' NOT NULL,\n\t`step_key` text,\n\t`attempt` integer,\n\t`fence` integer,\n\t`worker` text,\n\t`at` integer NOT NULL,\n\t`payload` text NOT NULL,\n\t`payload_ref` text,\n\tPRIMARY KEY(`run_id`, `seq`),\n\tFOREIGN KEY (`run_id`) REFERENCES `workflow_runs`(`id`) ON UPDATE no action ON DELETE no action\n);",
      "CREATE INDEX `audit_events_payload_ref` ON `audit_events` (`payload_ref`) WHERE payload_ref IS NOT NULL;",
      "CREATE TABLE `payloads` (\n\t`sha256` text PRIMARY KEY NOT NULL,\n\t`bytes` integer NOT NULL,\n\t`body` text NOT NULL\n);",
      "CREATE TABLE `run_mailbox` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`run_id` text NOT NULL,\n\t`kind` text NOT NULL,\n\t`name` text,\n\t`payload` text,\n\t`payload_ref` text,\n\t`created_at` integer NOT NULL,\n\t`consumed_at` integer,\n\t`consumed_seq` integer,\n\tFOREIGN KEY (`run_id`) REFERENCES `workflow_runs`(`id`) ON UPDATE no action ON DELETE no action\n);",
      "CREATE INDEX `run_mailbox_unread` ON `run_mailbox` (`run_id`,`id`) WHERE consumed_at IS NULL;",
      "CREATE INDEX `run_mailbox_run` ON `run_mailbox` (`run_id`,`id`);",
      "CREATE INDEX `run_mailbox_payload_ref` ON `run_mailbox` (`payload_ref`) WHERE payload_ref IS NOT NULL;",
      "CREATE TABLE `workflow_definitions` (\n\t`hash` text PRIMARY KEY NOT NULL,\n\t`name` text NOT NULL,\n\t`version` integer,\n\t`body` text NOT NULL,\n\t`created_at` integer NOT NULL\n);",
      "CREATE INDEX `workflow_definitions_by_name` ON `workflow_definitions` (`name`,`created_at`);",
      "CREATE TABLE `workflow_runs` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`namespace` text DEFAULT 'default' NOT NULL,\n\t`name` text NOT NULL,\n\t`version` integer,\n\t`definition_hash` text,\n\t`status` text NOT NULL,\n\t`reason` text,\n\t`ending_as` text,\n\t`input` text,\n\t`input_ref` text,\n\t`context` text,\n\t`context_ref` text,\n\t`output` text,\n\t`output_ref` text,\n\t`error` text,\n\t`tags` text,\n\t`usage` text,\n\t`budget` text,\n\t`parent_run_id` text,\n\t`parent_step_key` text,\n\t`root_run_id` text NOT NULL,\n\t`idempotency_key` text,\n\t`queue` text DEFAULT 'default' NOT NULL,\n\t`priority` integer DEFAULT 0 NOT NULL,\n\t`concurrency_key` text,\n\t`wake_at` integer,\n\t`deadline_at` integer,\n\t`revision` integer DEFAULT 0 NOT NULL,\n\t`last_seq` integer DEFAULT 0 NOT NULL,\n\t`fence` integer DEFAULT 0 NOT NULL,\n\t`lease_worker` text,\n\t`lease_holder` text,\n\t`lease_expires_at` integer,\n\t`lease_renewals` integer DEFAULT 0 NOT NULL,\n\t`created_at` integer NOT NULL,\n\t`updated_at` integer NOT NULL,\n\t`started_at` integer,\n\t`finished_at` integer\n);",
      "CREATE UNIQUE INDEX `workflow_runs_idempotency` ON `workflow_runs` (`namespace`,`idempotency_key`) WHERE idempotency_key IS NOT NULL;",
      "CREATE INDEX `workflow_runs_ready` ON `workflow_runs` (`namespace`,`queue`,`priority`,`id`) WHERE status = 'pending' AND wake_at IS NULL;",
      "CREATE INDEX `workflow_runs_timers` ON `workflow_runs` (`namespace`,`queue`,`wake_at`) WHERE wake_at IS NOT NULL AND status IN ('pending', 'waiting');",
      "CREATE INDEX `workflow_runs_held` ON `workflow_runs` (`lease_expires_at`) WHERE lease_worker IS NOT NULL;",
      "CREATE INDEX `workflow_runs_concurrency` ON `workflow_runs` (`concurrency_key`) WHERE concurrency_key IS NOT NULL AND status = 'running';",
      "CREATE INDEX `workflow_runs_deadline` ON `workflow_runs` (`deadline_at`) WHERE deadline_at IS NOT NULL AND status IN ('pending', 'running', 'waiting', 'paused');",
      "CREATE INDEX `workflow_runs_by_status` ON `workflow_runs` (`namespace`,`status`,`id`);",
      "CREATE INDEX `workflow_runs_by_name` ON `workflow_runs` (`namespace`,`name`,`id`);",
      "CREATE INDEX `workflow_runs_parent` ON `workflow_runs` (`parent_run_id`) WHERE parent_run_id IS NOT NULL;",
      "CREATE INDEX `workflow_runs_root` ON `workflow_runs` (`root_run_id`) WHERE parent_run_id IS NOT NULL;",
      "CREATE INDEX `workflow_runs_input_ref` ON `workflow_runs` (`input_ref`) WHERE input_ref IS NOT NULL;",
      "CREATE INDEX `workflow_runs_context_ref` ON `workflow_runs` (`context_ref`) WHERE context_ref IS NOT NULL;",
      "CREATE INDEX `workflow_runs_output_ref` ON `workflow_runs` (`output_ref`) WHERE output_ref IS NOT NULL;",
      "CREATE TABLE `workflow_steps` (\n\t`run_id` text NOT NULL,\n\t`step_key` text NOT NULL,\n\t`step_id` text NOT NULL,\n\t`type` text NOT NULL,\n\t`status` text NOT NULL,\n\t`result` text,\n\t`result_ref` text,\n\t`error` text,\n\t`attempts` integer DEFAULT 0 NOT NULL,\n\t`attempts_base` integer DEFAULT 0 NOT NULL,\n\t`delivery` text,\n\t`input_hash` text,\n\t`item_count` integer,\n\t`wake_at` integer,\n\t`child_run_id` text,\n\t`usage` text,\n\t`reserved` text,\n\t`settled_seq` integer,\n\t`started_at` integer,\n\t`finished_at` integer,\n\t`updated_at` integer NOT NULL,\n\tPRIMARY KEY(`run_id`, `step_key`),\n\tFOREIGN KEY (`run_id`) REFERENCES `workflow_runs`(`id`) ON UPDATE no action ON DELETE no action\n);",
      "CREATE INDEX `workflow_steps_result_ref` ON `workflow_steps` (`result_ref`) WHERE result_ref IS NOT NULL;",
    ],
  },
];
