import type { Scenario } from '../bench.js';
import { code } from './code.js';
import { concurrent } from './concurrent.js';
import { foreach } from './foreach.js';
import { history } from './history.js';
import { latency } from './latency.js';
import { longRun } from './long-run.js';
import type { ScenarioName } from './names.js';
import { postgres } from './postgres.js';
import { resume } from './resume.js';
import { scale } from './scale.js';
import { sequential } from './sequential.js';
import { firstStep, memory } from './start-up.js';
import { workers } from './workers.js';

/** What each name stands for. */
export const scenarios: Readonly<Record<ScenarioName, Scenario>> = {
  sequential,
  concurrent,
  foreach,
  long: longRun,
  resume,
  code,
  scale,
  history,
  'first-step': firstStep,
  memory,
  postgres,
  workers,
  latency,
};
