DROP INDEX `workflow_runs_concurrency`;--> statement-breakpoint
DROP INDEX `workflow_runs_ready`;--> statement-breakpoint
DROP INDEX `workflow_runs_timers`;--> statement-breakpoint
DROP INDEX `workflow_runs_held`;--> statement-breakpoint
DROP INDEX `workflow_runs_by_name`;--> statement-breakpoint
ALTER TABLE `workflow_runs` ADD `lease_ms` integer;--> statement-breakpoint
CREATE INDEX `workflow_runs_timers_by_priority` ON `workflow_runs` (`namespace`,`queue`,priority DESC,`wake_at`) WHERE CASE status WHEN 'pending' THEN wake_at WHEN 'waiting' THEN wake_at END IS NOT NULL;--> statement-breakpoint
CREATE INDEX `workflow_runs_ready_by_key` ON `workflow_runs` (`namespace`,`queue`,`concurrency_key`,priority DESC,`id`) WHERE CASE status WHEN 'pending' THEN wake_at IS NULL END;--> statement-breakpoint
CREATE INDEX `workflow_runs_timers_by_key` ON `workflow_runs` (`namespace`,`queue`,`concurrency_key`,`wake_at`) WHERE CASE WHEN wake_at IS NOT NULL THEN status END IN ('pending', 'waiting');--> statement-breakpoint
CREATE INDEX `workflow_runs_by_namespace` ON `workflow_runs` (`namespace`,`id`);--> statement-breakpoint
CREATE INDEX `workflow_runs_ready` ON `workflow_runs` (`namespace`,`queue`,priority DESC,`id`) WHERE CASE WHEN wake_at IS NULL THEN status END = 'pending';--> statement-breakpoint
CREATE INDEX `workflow_runs_timers` ON `workflow_runs` (`namespace`,`queue`,`wake_at`) WHERE CASE WHEN status IN ('pending', 'waiting') THEN wake_at END IS NOT NULL;--> statement-breakpoint
CREATE INDEX `workflow_runs_held` ON `workflow_runs` (`namespace`,`queue`,`concurrency_key`) WHERE lease_worker IS NOT NULL;--> statement-breakpoint
CREATE INDEX `workflow_runs_by_name` ON `workflow_runs` (`namespace`,`name`,`status`,`id`);