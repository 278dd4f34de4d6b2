import type { RunRow } from '@sisyphus-state/schema';

/** Tells a run of a workflow as code, which is found by its name and version. Adopted runs of the draft have no version. */
export function isCodeRun<Run extends Pick<RunRow, 'definitionHash' | 'version'>>(
  run: Run,
): run is Run & { readonly version: number } {
  return run.definitionHash === null && run.version !== null;
}
