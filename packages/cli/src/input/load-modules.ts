import type { CodeWorkflow } from '@sisyphus-state/executor';
import { type LoadedHandlers, loadHandlers } from './load-handlers.js';
import { loadWorkflows } from './load-workflows.js';
import type { WorkflowModule } from './workflows-of-module.js';

/** The modules that a command was given, as they were named. */
export interface ModuleNames {
  /** `--handlers`. */
  readonly handlers: readonly string[];
  /** `--workflows`. */
  readonly workflows: readonly string[];
}

/** No modules. */
export const noModules: ModuleNames = { handlers: [], workflows: [] };

/** What a command has from its modules, beside what is built in. */
export interface LoadedModules extends LoadedHandlers {
  readonly workflows: readonly CodeWorkflow[];
  /** The modules they are from, as they were named. */
  readonly workflowModules: readonly WorkflowModule[];
  /** For a command that does the same again. */
  readonly named: ModuleNames;
}

/** Loads a command's modules. Throws what `loadHandlers` and `loadWorkflows` throw. */
export async function loadModules(named: ModuleNames, cwd: string): Promise<LoadedModules> {
  const handlers = await loadHandlers(named.handlers, cwd);
  const workflowModules = await loadWorkflows(named.workflows, cwd);
  const workflows = [...new Set(workflowModules.flatMap((module) => module.workflows))];
  return { ...handlers, workflows, workflowModules, named };
}
