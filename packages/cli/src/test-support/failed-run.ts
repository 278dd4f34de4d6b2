import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli } from './cli.js';
import { temporaryFolder } from './temporary-folder.js';

/** The workflow of a failed run. */
export const failedFlow = `name: flow
steps:
  - { id: first, type: transform, with: { value: { done: true } } }
  - { id: gate, type: gate, with: { file: gate.txt } }
  - { id: last, type: transform, with: { value: 1 } }
output: "\${{ steps.gate.output }}"
`;

/** Fails until its file is there. */
const gate = `import { existsSync } from 'node:fs';
import { join } from 'node:path';
export default { type: 'gate', run: ({ file }) => {
  if (!existsSync(join(import.meta.dirname, file))) throw new Error('the gate is shut');
  return 'through';
} };`;

/** The database and the handlers of a failed run, as options. */
export const failedRunOptions: readonly string[] = ['--db', 't.db', '--handlers', './gate.mjs'];

/** A run of `first`, `gate` and `last` that failed at `gate`. */
export interface FailedRun {
  readonly cwd: string;
  readonly runId: string;
  /** Mends the cause. */
  readonly open: () => void;
}

/** A folder with a run that failed at its second step. */
export async function failedRun(): Promise<FailedRun> {
  const cwd = temporaryFolder({ 'flow.yaml': failedFlow, 'gate.mjs': gate });
  const { status, stdout, stderr } = await cli(cwd, ['run', 'flow.yaml', ...failedRunOptions]);
  if (status !== 1) throw new Error(`The run did not fail: ${stdout}${stderr}`);
  return { cwd, runId: stdout.split(' ')[1] ?? '', open: () => writeFileSync(join(cwd, 'gate.txt'), '') };
}
