import { openEngine } from '../contenders/engine.js';
import { runChild } from './run-child.js';

await runChild(openEngine);
