CREATE TABLE `budget_pots` (
	`run_id` text PRIMARY KEY NOT NULL,
	`steps` integer DEFAULT 0 NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`duration` integer DEFAULT 0 NOT NULL,
	`tokens` integer DEFAULT 0 NOT NULL,
	`cost` integer DEFAULT 0 NOT NULL,
	`reserved_tokens` integer DEFAULT 0 NOT NULL,
	`reserved_cost` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`run_id`) REFERENCES `workflow_runs`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
DROP INDEX `workflow_runs_deadline`;--> statement-breakpoint
CREATE INDEX `workflow_runs_deadline` ON `workflow_runs` (`namespace`,`queue`,`deadline_at`) WHERE CASE WHEN lease_worker IS NULL AND status IN ('pending', 'waiting', 'paused') THEN deadline_at END IS NOT NULL;--> statement-breakpoint
ALTER TABLE `workflow_steps` ADD `streak` integer;