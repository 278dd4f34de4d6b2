// Stands in for `git` while the demo runs: writes down who calls it, waits while it is told to hold, then runs the real one.
//
// What it writes is the demo's witness beside the database: a line for each call, on the disk before anything else happens.
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const { DEMO_FOLDER = '', DEMO_GIT = '', DEMO_PID = '', SISYPHUS_STEP_KEY = '', SISYPHUS_ATTEMPT = '' } = process.env;
const { pid } = process;

append({ type: 'called', stepKey: SISYPHUS_STEP_KEY, attempt: Number(SISYPHUS_ATTEMPT), pid });
while (isHeld()) {
  if (!isAlive(Number(DEMO_PID))) process.exit(1);
  await wait(20);
}
const { status } = spawnSync(DEMO_GIT, process.argv.slice(2), { stdio: 'inherit' });
append({ type: 'ended', stepKey: SISYPHUS_STEP_KEY, attempt: Number(SISYPHUS_ATTEMPT), pid });
process.exit(status ?? 1);

function isHeld() {
  const isSection = SISYPHUS_STEP_KEY.startsWith('sections[');
  return (
    isSection && existsSync(join(DEMO_FOLDER, 'hold')) && !existsSync(join(DEMO_FOLDER, `go-${SISYPHUS_STEP_KEY}`))
  );
}

/** @param {number} demo */
function isAlive(demo) {
  try {
    return process.kill(demo, 0);
  } catch {
    return false;
  }
}

/** @param {object} line */
function append(line) {
  const file = openSync(join(DEMO_FOLDER, 'calls.jsonl'), 'a');
  writeSync(file, `${JSON.stringify(line)}\n`);
  fsyncSync(file);
  closeSync(file);
}
