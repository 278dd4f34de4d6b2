import { readEffects } from '../support/effects.mjs';
import { endingOf } from './ending.js';
import { findViolations } from './find-violations.js';
import { type DeathPoint, type Fault, type LifeEnd, live, never } from './live.js';
import { type RecordedRun, readRecordedRun } from './recorded-run.js';
import type { CrashCase } from './workflows.js';
import type { MakeWorld, World } from './world.js';

/** What a sweep did and what it found. */
export interface SweepReport {
  /** How many worlds were lived to their end. */
  readonly runs: number;
  readonly crashes: number;
  readonly violations: readonly string[];
}

export interface SweepOptions {
  readonly makeWorld: MakeWorld;
  /** How many processes crash one after the other before one lives. */
  readonly depth: number;
  /** A fault of every process but the undisturbed one. */
  readonly fault?: Fault;
}

/**
 * Stops a run at every write, before and after its commit, and inside every handler after its effect; resumes it with a
 * new process, and checks all that is promised.
 */
export async function sweepWrites(crashCase: CrashCase, options: SweepOptions): Promise<SweepReport> {
  const undisturbed = await liveOn(options.makeWorld(crashCase), { ...options, fault: undefined }, []);
  if (undisturbed.violations.length > 0) throw new Error(`The undisturbed run: ${undisturbed.violations.join('; ')}`);
  const total = { runs: 0, crashes: 0, violations: [] as string[] };
  await sweepFrom([]);
  return total;

  /** Crashes at each point that a process reaches after the given crashes. */
  async function sweepFrom(crashes: readonly DeathPoint[]): Promise<void> {
    for (let call = 1; ; call += 1) {
      let reached = 0;
      for (const point of pointsOf(call)) {
        const points = [...crashes, point];
        const lived = await liveOn(options.makeWorld(crashCase), options, points);
        const isReached = lived.crashes === points.length;
        if (isReached) reached += 1;
        total.runs += 1;
        total.crashes += lived.crashes;
        const path = points.map(describe).join(', ');
        for (const violation of [...lived.violations, ...compare(lived.ending, undisturbed.ending)])
          total.violations.push(`${crashCase.name}, stopped ${path}: ${violation}`);
        if (isReached && points.length < options.depth) await sweepFrom(points);
      }
      if (reached === 0) return;
    }
  }
}

/** A number stands for a write and for an effect: a run has no fewer of the ones than of the others. */
function pointsOf(number: number): readonly DeathPoint[] {
  return [{ call: number, moment: 'before' }, { call: number, moment: 'after' }, { effect: number }];
}

function describe(point: DeathPoint): string {
  return 'effect' in point ? `at effect ${point.effect}` : `${point.moment} write ${point.call}`;
}

interface Lived {
  readonly ending: string;
  readonly crashes: number;
  readonly violations: readonly string[];
}

/** Lets processes crash at the given points, one after the other, and a last one live; says how that ended. */
async function liveOn(world: World, { fault }: SweepOptions, points: readonly DeathPoint[]): Promise<Lived> {
  let crashes = 0;
  let end: LifeEnd | null = null;
  for (const [index, point] of [...points, never].entries()) {
    end = await live(world, { name: `process-${index}`, point, fault });
    if (!end.crashed) break;
    crashes += 1;
  }
  if (end === null) throw new Error('The last process never crashes.');
  const recorded = await readRecordedRun(world, world.runId);
  if (recorded === null) return { ending: 'no run', crashes, violations: ['the run was never created'] };
  return {
    ending: endingOf(recorded, end),
    crashes,
    violations: [...findViolations(world.workflow, recorded, ownEffects(world)), ...leftHeld(recorded, end)],
  };
}

/** Not those of the run that it was forked from. */
function ownEffects({ effects, runId }: World) {
  return readEffects(effects).filter((line) => line.runId === runId);
}

/** The last process saw an end: then nobody holds the run. */
function leftHeld({ run }: RecordedRun, { error }: LifeEnd): string[] {
  return run.leaseWorker === null ? [] : [`it is left ${run.status}, and its caller was told: ${String(error)}`];
}

function compare(ending: string, expected: string): string[] {
  if (ending === expected) return [];
  const [actualLines, expectedLines] = [ending.split('\n'), expected.split('\n')];
  const line = expectedLines.findIndex((text, index) => text !== actualLines[index]);
  return [
    `it ended otherwise than undisturbed: ${actualLines[line]?.trim()} instead of ${expectedLines[line]?.trim()}`,
  ];
}
