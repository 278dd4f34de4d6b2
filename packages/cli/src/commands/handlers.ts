import type { RegisteredHandler } from '@sisyphus-state/handlers';
import { exitStatus } from '../errors/exit-status.js';
import { layOutTable } from '../format/table.js';
import { oneLine } from '../format/text.js';
import { loadHandlers } from '../input/load-handlers.js';
import { type CommandContext, printDocument } from './command.js';

/** Arguments of `handlers`. */
export interface HandlersArguments {
  readonly handlers: readonly string[];
}

/** `sisyphus handlers`: lists the types that steps can have. Opens no database. */
export async function listHandlers(context: CommandContext, { handlers }: HandlersArguments): Promise<number> {
  const { terminal, json } = context;
  const { registry, originOf } = await loadHandlers(handlers, terminal.cwd);
  const described = registry.list().map((handler) => describe(handler, originOf(handler.type)));
  if (json) printDocument(context, described);
  else printTable(described, context);
  return exitStatus.done;
}

interface DescribedHandler {
  readonly type: string;
  readonly version: number;
  readonly delivery: string;
  readonly kind: 'defined' | 'plain';
  /** The module that brought it, or `built in`. */
  readonly from: string;
  readonly description: string | null;
}

function describe(handler: RegisteredHandler, from: string): DescribedHandler {
  const { type, version, delivery, kind } = handler;
  const description = handler.kind === 'defined' ? (handler.handler.description ?? null) : null;
  return { type, version, delivery, kind, from, description };
}

function printTable(handlers: readonly DescribedHandler[], { terminal }: CommandContext): void {
  const rows = handlers.map(({ type, version, delivery, kind, from, description }) =>
    [type, String(version), delivery, from, description ?? (kind === 'plain' ? '(plain function)' : '')].map(oneLine),
  );
  const columns = [
    { title: 'TYPE' },
    { title: 'VERSION', align: 'right' },
    { title: 'DELIVERY' },
    { title: 'FROM' },
    { title: 'DESCRIPTION', gives: true },
  ] as const;
  const lines = layOutTable(rows, { columns, width: terminal.columns, paintTitle: terminal.paint.dim });
  for (const line of lines) terminal.print(line);
}
