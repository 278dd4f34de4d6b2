import { isTerminal } from '@sisyphus-state/schema';
import type { StoredEvent, WorkflowStore } from '@sisyphus-state/store';
import { exitStatus } from '../errors/exit-status.js';
import { findRun } from '../input/find-run.js';
import { withExistingStore } from '../input/open-database.js';
import { type CommandContext, printDocument, resumeCommandFor } from './command.js';
import { showEventLine, toEventDocument } from './event-line.js';
import { whyUnattended } from './run-attention.js';
import { untilChange } from './until-change.js';

/** Arguments of `events`. */
export interface EventsArguments {
  readonly run: string;
  readonly follow: boolean;
}

const pageSize = 1000;

/** `sisyphus events RUN`: the audit log, oldest first; with `--follow` on until the run ends or Ctrl-C. */
export function events(context: CommandContext, { run, follow }: EventsArguments): Promise<number> {
  return withExistingStore(context.db, context.terminal, async (store) => {
    const runId = await findRun(store, run, context.namespace);
    if (follow) await followLog(store, runId, context);
    else await printLog(store, runId, context);
    return exitStatus.done;
  });
}

async function printLog(store: WorkflowStore, runId: string, context: CommandContext): Promise<void> {
  const documents: object[] = [];
  for await (const event of readLog(store, runId, 0)) {
    if (context.json) documents.push(toEventDocument(event));
    else context.terminal.print(showEventLine(event, context.terminal));
  }
  if (context.json) printDocument(context, documents);
}

async function followLog(store: WorkflowStore, runId: string, context: CommandContext): Promise<void> {
  const { terminal, json } = context;
  const change = untilChange(store);
  let after = 0;
  let wasTold = false;
  try {
    for (;;) {
      // Read before the log: an end that comes in between is seen the next time.
      const run = await store.readRun(runId);
      for await (const event of readLog(store, runId, after)) {
        after = event.seq;
        terminal.print(json ? JSON.stringify(toEventDocument(event)) : showEventLine(event, terminal));
      }
      if (run === null || isTerminal(run.status)) return;
      const unattended = whyUnattended(run, terminal.now());
      if (unattended !== null && !wasTold)
        terminal.note(`Waiting, but ${unattended}. To go on: ${resumeCommandFor(context, run)}`);
      wasTold = unattended !== null;
      if ((await change.next()) === 'stopped') return;
    }
  } finally {
    change.stop();
  }
}

async function* readLog(store: WorkflowStore, runId: string, from: number): AsyncGenerator<StoredEvent> {
  for (let after = from; ; ) {
    const page = await store.readEvents(runId, { after, limit: pageSize });
    yield* page;
    after = page.at(-1)?.seq ?? after;
    if (page.length < pageSize) return;
  }
}
