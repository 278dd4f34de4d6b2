import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ChildReport, ChildRequest } from './child-protocol.js';

/** The scripts of this folder that are processes of their own. */
export type ChildName = 'engine' | 'raw' | 'raw-same-modules' | 'draft';

/** Does something in a fresh process. */
export async function spawnChild(name: ChildName, request: ChildRequest): Promise<ChildReport> {
  const script = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(request)]);
  // runChild wrote it.
  return JSON.parse(stdout) as ChildReport;
}
