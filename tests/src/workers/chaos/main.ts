// `npx -y pnpm@12 chaos`: see `usage` in options.ts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../support/postgres-server.js';
import { delaysInThisProcess, delaysToAnotherProcess } from '../support/start-delays.js';
import { World } from '../support/world.js';
import { drainUnderKills } from './drain-under-kills.js';
import { type Options, parseOptions, usage } from './options.js';
import { describeDelays, describeReport, isAsPromised } from './report.js';

const leaseMs = 10_000;
const stepMs = [20, 100] as const;
const deadlineMs = 600_000;
const delayCount = 100;

try {
  const options = parseOptions(process.argv.slice(2));
  process.exitCode = options.help ? say(usage) : await runAll(options);
} catch (error) {
  console.error(error);
  process.exitCode = 2;
}

function say(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

/** 1 when anything was not as promised. */
async function runAll(options: Options): Promise<number> {
  let exitCode = 0;
  for (const database of options.databases)
    await inNewWorlds(database, async (makeWorld) => {
      say(database === 'sqlite' ? 'A SQLite file' : 'PostgreSQL');
      if (options.idle) await measureIdle(makeWorld);
      else if (!(await drain(await makeWorld(), options))) exitCode = 1;
    });
  return exitCode;
}

async function drain(here: World, { runs, kills, workers, concurrency, seed }: Options): Promise<boolean> {
  const load = { runs, kills, workers, concurrency, stepMs, leaseMs, seed };
  const report = await drainUnderKills(here, { ...load, deadlineMs });
  say(describeReport(load, report));
  return isAsPromised(load, report);
}

async function measureIdle(makeWorld: () => Promise<World>): Promise<void> {
  const here = await makeWorld();
  await here.open();
  const worker = await here.startAndWait();
  const { share } = (await worker.call('processorTime', { ms: 10_000 })) as { share: number }; // as child.mjs says
  say(`  an idle worker uses ${(share * 100).toFixed(2)} % of a core`);
  await here.close();
  say(describeDelays('in another process', await delaysToAnotherProcess(await makeWorld(), delayCount)));
  say(describeDelays('in the same process', await delaysInThisProcess(await makeWorld(), delayCount)));
}

/** Everything is kept as it is in real life: SQLite and PostgreSQL wait for the disk. */
async function inNewWorlds(
  database: Options['databases'][number],
  work: (makeWorld: () => Promise<World>) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sisyphus-chaos-'));
  const server = database === 'postgres' ? await startPostgres({ waitForDisk: true }) : null;
  const worlds: World[] = [];
  const makeWorld = async (): Promise<World> => {
    const own = mkdtempSync(join(folder, 'world-'));
    const location = server === null ? join(own, 'state.db') : (await server.createDatabase()).url;
    const world = new World(location, own, { durability: 'power' });
    worlds.push(world);
    return world;
  };
  try {
    await work(makeWorld);
  } finally {
    for (const world of worlds) await world.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
