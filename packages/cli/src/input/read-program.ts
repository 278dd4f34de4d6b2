import type { Workflow } from '@sisyphus-state/executor';
import { UsageError } from '../errors/usage-error.js';
import type { Terminal } from '../terminal/terminal.js';
import { chooseWorkflow } from './choose-workflow.js';
import { asModuleName, isModuleFile } from './import-module.js';
import { type LoadedModules, loadModules, type ModuleNames } from './load-modules.js';
import { type InspectOptions, readWorkflow } from './read-workflow.js';

/** What `run` was given to run. */
export interface ProgramArguments extends ModuleNames {
  /** A workflow as data, or a module with workflows as code. */
  readonly file: string;
  /** Which workflow of the module. */
  readonly name: string | undefined;
}

/** A workflow to run, and what its command has. A module's other workflows are there too: the one to run may call them. */
export interface ReadProgram {
  readonly workflow: Workflow;
  readonly modules: LoadedModules;
}

/** Reads the workflow to run, as data or as code, with the modules it needs. Throws what is wrong with any of them. */
export async function readProgram(
  { file, name, handlers, workflows }: ProgramArguments,
  terminal: Terminal,
  options: InspectOptions = {},
): Promise<ReadProgram> {
  if (!isModuleFile(file)) {
    if (name !== undefined)
      throw new UsageError('USAGE', `--name chooses a workflow of a module (.mjs, .js, .ts), and ${file} is none.`);
    const modules = await loadModules({ handlers, workflows }, terminal.cwd);
    return { workflow: await readWorkflow(file, modules.registry, terminal, options), modules };
  }
  const module = asModuleName(file);
  const modules = await loadModules({ handlers, workflows: [...new Set([module, ...workflows])] }, terminal.cwd);
  const [main] = modules.workflowModules;
  if (main === undefined) throw new Error(`Nothing was loaded for ${module}.`);
  return { workflow: chooseWorkflow(main, name), modules };
}
