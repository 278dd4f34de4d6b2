CREATE SCHEMA IF NOT EXISTS "sisyphus";
--> statement-breakpoint
CREATE TABLE "sisyphus"."audit_events" (
	"run_id" text COLLATE "C" NOT NULL,
	"seq" bigint NOT NULL,
	"type" text NOT NULL,
	"source" text DEFAULT 'engine' NOT NULL,
	"step_key" text COLLATE "C",
	"attempt" bigint,
	"fence" bigint,
	"worker" text COLLATE "C",
	"at" bigint NOT NULL,
	"payload" text NOT NULL,
	"payload_ref" text COLLATE "C",
	CONSTRAINT "audit_events_pk" PRIMARY KEY("run_id","seq")
);
--> statement-breakpoint
CREATE TABLE "sisyphus"."payloads" (
	"sha256" text COLLATE "C" PRIMARY KEY NOT NULL,
	"bytes" bigint NOT NULL,
	"body" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sisyphus"."run_mailbox" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"run_id" text COLLATE "C" NOT NULL,
	"kind" text NOT NULL,
	"name" text,
	"payload" text,
	"payload_ref" text COLLATE "C",
	"created_at" bigint NOT NULL,
	"consumed_at" bigint,
	"consumed_seq" bigint
);
--> statement-breakpoint
CREATE TABLE "sisyphus"."workflow_definitions" (
	"hash" text COLLATE "C" PRIMARY KEY NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"version" bigint,
	"body" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sisyphus"."workflow_runs" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"namespace" text COLLATE "C" DEFAULT 'default' NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"version" bigint,
	"definition_hash" text COLLATE "C",
	"status" text NOT NULL,
	"reason" text,
	"ending_as" text,
	"input" text,
	"input_ref" text COLLATE "C",
	"context" text,
	"context_ref" text COLLATE "C",
	"output" text,
	"output_ref" text COLLATE "C",
	"error" text,
	"tags" text,
	"usage" text,
	"budget" text,
	"parent_run_id" text COLLATE "C",
	"parent_step_key" text COLLATE "C",
	"root_run_id" text COLLATE "C" NOT NULL,
	"idempotency_key" text COLLATE "C",
	"queue" text COLLATE "C" DEFAULT 'default' NOT NULL,
	"priority" bigint DEFAULT 0 NOT NULL,
	"concurrency_key" text COLLATE "C",
	"wake_at" bigint,
	"deadline_at" bigint,
	"revision" bigint DEFAULT 0 NOT NULL,
	"last_seq" bigint DEFAULT 0 NOT NULL,
	"fence" bigint DEFAULT 0 NOT NULL,
	"lease_worker" text COLLATE "C",
	"lease_holder" text,
	"lease_expires_at" bigint,
	"lease_renewals" bigint DEFAULT 0 NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	"started_at" bigint,
	"finished_at" bigint
);
--> statement-breakpoint
CREATE TABLE "sisyphus"."workflow_steps" (
	"run_id" text COLLATE "C" NOT NULL,
	"step_key" text COLLATE "C" NOT NULL,
	"step_id" text COLLATE "C" NOT NULL,
	"type" text NOT NULL,
	"status" text NOT NULL,
	"result" text,
	"result_ref" text COLLATE "C",
	"error" text,
	"attempts" bigint DEFAULT 0 NOT NULL,
	"attempts_base" bigint DEFAULT 0 NOT NULL,
	"delivery" text,
	"input_hash" text COLLATE "C",
	"item_count" bigint,
	"wake_at" bigint,
	"child_run_id" text COLLATE "C",
	"usage" text,
	"reserved" text,
	"settled_seq" bigint,
	"started_at" bigint,
	"finished_at" bigint,
	"updated_at" bigint NOT NULL,
	"first_seq" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "workflow_steps_pk" PRIMARY KEY("run_id","step_key")
);
--> statement-breakpoint
ALTER TABLE "sisyphus"."audit_events" ADD CONSTRAINT "audit_events_run_id_workflow_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "sisyphus"."workflow_runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sisyphus"."run_mailbox" ADD CONSTRAINT "run_mailbox_run_id_workflow_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "sisyphus"."workflow_runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sisyphus"."workflow_steps" ADD CONSTRAINT "workflow_steps_run_id_workflow_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "sisyphus"."workflow_runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_events_payload_ref" ON "sisyphus"."audit_events" USING btree ("payload_ref") WHERE payload_ref IS NOT NULL;--> statement-breakpoint
CREATE INDEX "run_mailbox_unread" ON "sisyphus"."run_mailbox" USING btree ("run_id","id") WHERE consumed_at IS NULL;--> statement-breakpoint
CREATE INDEX "run_mailbox_run" ON "sisyphus"."run_mailbox" USING btree ("run_id","id");--> statement-breakpoint
CREATE INDEX "run_mailbox_payload_ref" ON "sisyphus"."run_mailbox" USING btree ("payload_ref") WHERE payload_ref IS NOT NULL;--> statement-breakpoint
CREATE INDEX "workflow_definitions_by_name" ON "sisyphus"."workflow_definitions" USING btree ("name","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "workflow_runs_idempotency" ON "sisyphus"."workflow_runs" USING btree ("namespace","idempotency_key") WHERE idempotency_key IS NOT NULL;--> statement-breakpoint
CREATE INDEX "workflow_runs_ready" ON "sisyphus"."workflow_runs" USING btree ("namespace","queue","priority","id") WHERE status = 'pending' AND wake_at IS NULL;--> statement-breakpoint
CREATE INDEX "workflow_runs_timers" ON "sisyphus"."workflow_runs" USING btree ("namespace","queue","wake_at") WHERE wake_at IS NOT NULL AND status IN ('pending', 'waiting');--> statement-breakpoint
CREATE INDEX "workflow_runs_held" ON "sisyphus"."workflow_runs" USING btree ("lease_expires_at") WHERE lease_worker IS NOT NULL;--> statement-breakpoint
CREATE INDEX "workflow_runs_concurrency" ON "sisyphus"."workflow_runs" USING btree ("concurrency_key") WHERE concurrency_key IS NOT NULL AND status = 'running';--> statement-breakpoint
CREATE INDEX "workflow_runs_deadline" ON "sisyphus"."workflow_runs" USING btree ("deadline_at") WHERE deadline_at IS NOT NULL AND status IN ('pending', 'running', 'waiting', 'paused');--> statement-breakpoint
CREATE INDEX "workflow_runs_by_status" ON "sisyphus"."workflow_runs" USING btree ("namespace","status","id");--> statement-breakpoint
CREATE INDEX "workflow_runs_by_name" ON "sisyphus"."workflow_runs" USING btree ("namespace","name","id");--> statement-breakpoint
CREATE INDEX "workflow_runs_parent" ON "sisyphus"."workflow_runs" USING btree ("parent_run_id") WHERE parent_run_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX "workflow_runs_root" ON "sisyphus"."workflow_runs" USING btree ("root_run_id") WHERE parent_run_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX "workflow_runs_input_ref" ON "sisyphus"."workflow_runs" USING btree ("input_ref") WHERE input_ref IS NOT NULL;--> statement-breakpoint
CREATE INDEX "workflow_runs_context_ref" ON "sisyphus"."workflow_runs" USING btree ("context_ref") WHERE context_ref IS NOT NULL;--> statement-breakpoint
CREATE INDEX "workflow_runs_output_ref" ON "sisyphus"."workflow_runs" USING btree ("output_ref") WHERE output_ref IS NOT NULL;--> statement-breakpoint
CREATE INDEX "workflow_steps_result_ref" ON "sisyphus"."workflow_steps" USING btree ("result_ref") WHERE result_ref IS NOT NULL;