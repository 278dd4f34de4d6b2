DROP INDEX "sisyphus"."workflow_runs_concurrency";--> statement-breakpoint
DROP INDEX "sisyphus"."workflow_runs_ready";--> statement-breakpoint
DROP INDEX "sisyphus"."workflow_runs_timers";--> statement-breakpoint
DROP INDEX "sisyphus"."workflow_runs_held";--> statement-breakpoint
DROP INDEX "sisyphus"."workflow_runs_by_name";--> statement-breakpoint
ALTER TABLE "sisyphus"."workflow_runs" ADD COLUMN "lease_ms" bigint;--> statement-breakpoint
CREATE INDEX "workflow_runs_timers_by_priority" ON "sisyphus"."workflow_runs" USING btree ("namespace","queue","priority" DESC NULLS FIRST,"wake_at") WHERE CASE status WHEN 'pending' THEN wake_at WHEN 'waiting' THEN wake_at END IS NOT NULL;--> statement-breakpoint
CREATE INDEX "workflow_runs_ready_by_key" ON "sisyphus"."workflow_runs" USING btree ("namespace","queue","concurrency_key","priority" DESC NULLS FIRST,"id") WHERE CASE status WHEN 'pending' THEN wake_at IS NULL END;--> statement-breakpoint
CREATE INDEX "workflow_runs_timers_by_key" ON "sisyphus"."workflow_runs" USING btree ("namespace","queue","concurrency_key","wake_at") WHERE CASE WHEN wake_at IS NOT NULL THEN status END IN ('pending', 'waiting');--> statement-breakpoint
CREATE INDEX "workflow_runs_by_namespace" ON "sisyphus"."workflow_runs" USING btree ("namespace","id");--> statement-breakpoint
CREATE INDEX "workflow_runs_ready" ON "sisyphus"."workflow_runs" USING btree ("namespace","queue","priority" DESC NULLS FIRST,"id") WHERE CASE WHEN wake_at IS NULL THEN status END = 'pending';--> statement-breakpoint
CREATE INDEX "workflow_runs_timers" ON "sisyphus"."workflow_runs" USING btree ("namespace","queue","wake_at") WHERE CASE WHEN status IN ('pending', 'waiting') THEN wake_at END IS NOT NULL;--> statement-breakpoint
CREATE INDEX "workflow_runs_held" ON "sisyphus"."workflow_runs" USING btree ("namespace","queue","concurrency_key") WHERE lease_worker IS NOT NULL;--> statement-breakpoint
CREATE INDEX "workflow_runs_by_name" ON "sisyphus"."workflow_runs" USING btree ("namespace","name","status","id");