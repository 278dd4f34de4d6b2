import type { RunStatus, StepStatus } from '@sisyphus-state/schema';
import type { Colors } from '../terminal/terminal.js';

/** A status in the colour that it has everywhere. */
export function paintStatus(status: RunStatus | StepStatus, paint: Colors): string {
  switch (status) {
    case 'completed':
      return paint.green(status);
    case 'failed':
      return paint.red(status);
    case 'cancelled':
    case 'paused':
    case 'waiting':
    case 'in_doubt':
      return paint.yellow(status);
    case 'running':
      return paint.cyan(status);
    case 'pending':
    case 'skipped':
      return paint.dim(status);
  }
}
