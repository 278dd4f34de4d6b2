import fc from 'fast-check';
import { anyFlow, type Flow } from './flow.js';
import type { Resolution } from './model-step.js';
import { answer, cancel, pause, resolve, signal } from './outsider-commands.js';
import { execute, fork, moveClock, resume, start, work } from './run-commands.js';

/** Any commands, for flows of these forms; `replayPath` repeats those of a failure. */
export function anyCommands(forms: readonly Flow['form'][], options: fc.CommandsContraints) {
  const flow = anyFlow(forms);
  const pick = fc.nat({ max: 3 });
  const place = fc.nat({ max: 7 });
  const branch = fc.constantFrom(0, 0, 1, 2);
  const lost = fc.boolean().map((drawn) => drawn);
  const crash = fc.record({
    call: fc.integer({ min: 1, max: 6 }),
    moment: fc.constantFrom('before' as const, 'after' as const),
  });
  return fc.commands(
    [
      fc.tuple(flow, fc.constantFrom(null, null, 'k')).map(([drawn, key]) => start(drawn, key)),
      flow.map(execute),
      fc.constant(work(null)),
      crash.map(work),
      crash.map(work),
      fc.integer({ min: 1, max: 2 }).map(moveClock),
      fc.tuple(pick, branch, lost).map(([at, name, isLost]) => signal(at, name, isLost)),
      fc.tuple(pick, lost).map(([at, isLost]) => cancel(at, isLost)),
      fc.tuple(pick, lost).map(([at, isLost]) => pause(at, isLost)),
      fc.tuple(pick, place, fc.boolean()).map(([at, step, yes]) => answer(at, step, yes)),
      fc
        .tuple(pick, place, fc.constantFrom<Resolution>('completed', 'failed', 'retry'))
        .map(([at, step, said]) => resolve(at, step, said)),
      pick.map(resume),
      pick.map(resume),
      fc.tuple(pick, place).map(([at, step]) => fork(at, step)),
    ],
    options,
  );
}
