CREATE TABLE "sisyphus"."budget_pots" (
	"run_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"steps" bigint DEFAULT 0 NOT NULL,
	"attempts" bigint DEFAULT 0 NOT NULL,
	"duration" bigint DEFAULT 0 NOT NULL,
	"tokens" bigint DEFAULT 0 NOT NULL,
	"cost" bigint DEFAULT 0 NOT NULL,
	"reserved_tokens" bigint DEFAULT 0 NOT NULL,
	"reserved_cost" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
DROP INDEX "sisyphus"."workflow_runs_deadline";--> statement-breakpoint
ALTER TABLE "sisyphus"."workflow_steps" ADD COLUMN "streak" bigint;--> statement-breakpoint
ALTER TABLE "sisyphus"."budget_pots" ADD CONSTRAINT "budget_pots_run_id_workflow_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "sisyphus"."workflow_runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "workflow_runs_deadline" ON "sisyphus"."workflow_runs" USING btree ("namespace","queue","deadline_at") WHERE CASE WHEN lease_worker IS NULL AND status IN ('pending', 'waiting', 'paused') THEN deadline_at END IS NOT NULL;