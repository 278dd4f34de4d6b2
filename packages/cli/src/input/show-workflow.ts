import type { CodeWorkflow } from '@sisyphus-state/executor';
import { oneLine } from '../format/text.js';

/** A workflow as code as it is named: `order@1`. */
export function showWorkflow({ name, version }: Pick<CodeWorkflow, 'name' | 'version'>): string {
  return `${oneLine(name)}@${version}`;
}

/** Finds a workflow by its name (of several versions the newest), or by `name@version`; null when it is not there. */
export function findWorkflow(workflows: readonly CodeWorkflow[], reference: string): CodeWorkflow | null {
  const [newest = null] = workflows
    .filter(({ name }) => name === reference)
    .sort((one, other) => other.version - one.version);
  return newest ?? workflows.find(({ name, version }) => `${name}@${version}` === reference) ?? null;
}
