import type { Bench } from '../bench.js';
import { contenderNames } from '../contenders/contender.js';
import { withContenders } from '../contenders/with-contenders.js';

/**
 * Lets every contender work for a while before anything is measured.
 *
 * A process that keeps workflows runs for hours; what its first seconds cost more, because nothing is compiled yet, is no
 * property of a step. The scenario `first-step` measures that.
 */
export async function warmUp(bench: Bench): Promise<void> {
  const { steps, warmUp: runs } = bench.sizes;
  await withContenders(bench, 'NORMAL', async (contenders) => {
    for (const name of contenderNames) {
      await contenders[name].runs({ runs: runs[name], steps, atATime: 1 });
      await contenders[name].runs({ runs: runs[name], steps, atATime: bench.sizes.concurrent.atATime });
    }
  });
}
