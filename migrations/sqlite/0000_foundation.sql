CREATE TABLE `audit_events` (
	`run_id` text NOT NULL,
	`seq` integer NOT NULL,
	`type` text NOT NULL,
	`source` text DEFAULT 'engine' NOT NULL,
	`step_key` text,
	`attempt` integer,
	`fence` integer,
	`worker` text,
	`at` integer NOT NULL,
	`payload` text NOT NULL,
	`payload_ref` text,
	PRIMARY KEY(`run_id`, `seq`),
	FOREIGN KEY (`run_id`) REFERENCES `workflow_runs`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `audit_events_payload_ref` ON `audit_events` (`payload_ref`) WHERE payload_ref IS NOT NULL;--> statement-breakpoint
CREATE TABLE `payloads` (
	`sha256` text PRIMARY KEY NOT NULL,
	`bytes` integer NOT NULL,
	`body` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `run_mailbox` (
	`id` text PRIMARY KEY NOT NULL,
	`run_id` text NOT NULL,
	`kind` text NOT NULL,
	`name` text,
	`payload` text,
	`payload_ref` text,
	`created_at` integer NOT NULL,
	`consumed_at` integer,
	`consumed_seq` integer,
	FOREIGN KEY (`run_id`) REFERENCES `workflow_runs`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `run_mailbox_unread` ON `run_mailbox` (`run_id`,`id`) WHERE consumed_at IS NULL;--> statement-breakpoint
CREATE INDEX `run_mailbox_run` ON `run_mailbox` (`run_id`,`id`);--> statement-breakpoint
CREATE INDEX `run_mailbox_payload_ref` ON `run_mailbox` (`payload_ref`) WHERE payload_ref IS NOT NULL;--> statement-breakpoint
CREATE TABLE `workflow_definitions` (
	`hash` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`version` integer,
	`body` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `workflow_definitions_by_name` ON `workflow_definitions` (`name`,`created_at`);--> statement-breakpoint
CREATE TABLE `workflow_runs` (
	`id` text PRIMARY KEY NOT NULL,
	`namespace` text DEFAULT 'default' NOT NULL,
	`name` text NOT NULL,
	`version` integer,
	`definition_hash` text,
	`status` text NOT NULL,
	`reason` text,
	`ending_as` text,
	`input` text,
	`input_ref` text,
	`context` text,
	`context_ref` text,
	`output` text,
	`output_ref` text,
	`error` text,
	`tags` text,
	`usage` text,
	`budget` text,
	`parent_run_id` text,
	`parent_step_key` text,
	`root_run_id` text NOT NULL,
	`idempotency_key` text,
	`queue` text DEFAULT 'default' NOT NULL,
	`priority` integer DEFAULT 0 NOT NULL,
	`concurrency_key` text,
	`wake_at` integer,
	`deadline_at` integer,
	`revision` integer DEFAULT 0 NOT NULL,
	`last_seq` integer DEFAULT 0 NOT NULL,
	`fence` integer DEFAULT 0 NOT NULL,
	`lease_worker` text,
	`lease_holder` text,
	`lease_expires_at` integer,
	`lease_renewals` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`started_at` integer,
	`finished_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `workflow_runs_idempotency` ON `workflow_runs` (`namespace`,`idempotency_key`) WHERE idempotency_key IS NOT NULL;--> statement-breakpoint
CREATE INDEX `workflow_runs_ready` ON `workflow_runs` (`namespace`,`queue`,`priority`,`id`) WHERE status = 'pending' AND wake_at IS NULL;--> statement-breakpoint
CREATE INDEX `workflow_runs_timers` ON `workflow_runs` (`namespace`,`queue`,`wake_at`) WHERE wake_at IS NOT NULL AND status IN ('pending', 'waiting');--> statement-breakpoint
CREATE INDEX `workflow_runs_held` ON `workflow_runs` (`lease_expires_at`) WHERE lease_worker IS NOT NULL;--> statement-breakpoint
CREATE INDEX `workflow_runs_concurrency` ON `workflow_runs` (`concurrency_key`) WHERE concurrency_key IS NOT NULL AND status = 'running';--> statement-breakpoint
CREATE INDEX `workflow_runs_deadline` ON `workflow_runs` (`deadline_at`) WHERE deadline_at IS NOT NULL AND status IN ('pending', 'running', 'waiting', 'paused');--> statement-breakpoint
CREATE INDEX `workflow_runs_by_status` ON `workflow_runs` (`namespace`,`status`,`id`);--> statement-breakpoint
CREATE INDEX `workflow_runs_by_name` ON `workflow_runs` (`namespace`,`name`,`id`);--> statement-breakpoint
CREATE INDEX `workflow_runs_parent` ON `workflow_runs` (`parent_run_id`) WHERE parent_run_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `workflow_runs_root` ON `workflow_runs` (`root_run_id`) WHERE parent_run_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `workflow_runs_input_ref` ON `workflow_runs` (`input_ref`) WHERE input_ref IS NOT NULL;--> statement-breakpoint
CREATE INDEX `workflow_runs_context_ref` ON `workflow_runs` (`context_ref`) WHERE context_ref IS NOT NULL;--> statement-breakpoint
CREATE INDEX `workflow_runs_output_ref` ON `workflow_runs` (`output_ref`) WHERE output_ref IS NOT NULL;--> statement-breakpoint
CREATE TABLE `workflow_steps` (
	`run_id` text NOT NULL,
	`step_key` text NOT NULL,
	`step_id` text NOT NULL,
	`type` text NOT NULL,
	`status` text NOT NULL,
	`result` text,
	`result_ref` text,
	`error` text,
	`attempts` integer DEFAULT 0 NOT NULL,
	`attempts_base` integer DEFAULT 0 NOT NULL,
	`delivery` text,
	`input_hash` text,
	`item_count` integer,
	`wake_at` integer,
	`child_run_id` text,
	`usage` text,
	`reserved` text,
	`settled_seq` integer,
	`started_at` integer,
	`finished_at` integer,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`run_id`, `step_key`),
	FOREIGN KEY (`run_id`) REFERENCES `workflow_runs`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `workflow_steps_result_ref` ON `workflow_steps` (`result_ref`) WHERE result_ref IS NOT NULL;