import type { Workflow } from '../workflow.js';

/** The workflows an executor knows, by name and version. */
export class WorkflowList {
  readonly #byName = new Map<string, Map<number | null, Workflow>>();

  /** Throws `TypeError` when two different workflows have one name and version. */
  constructor(workflows: readonly Workflow[]) {
    for (const workflow of workflows) this.#add(workflow);
  }

  /** A version of a workflow, or (not given) the newest; null when it is not known. */
  get(name: string, version?: number | null): Workflow | null {
    const versions = this.#byName.get(name);
    if (versions === undefined) return null;
    if (version !== undefined) return versions.get(version) ?? null;
    const newest = [...versions.keys()].reduce((best, each) => ((each ?? 0) > (best ?? 0) ? each : best));
    return versions.get(newest) ?? null;
  }

  #add(workflow: Workflow): void {
    const { name, version = null } = workflow;
    const versions = this.#byName.get(name) ?? new Map<number | null, Workflow>();
    const known = versions.get(version);
    if (known !== undefined && known !== workflow)
      throw new TypeError(
        `Two workflows are called "${name}"${version === null ? '' : ` version ${version}`}. Give one of them another name or version.`,
      );
    this.#byName.set(name, versions.set(version, workflow));
  }
}
