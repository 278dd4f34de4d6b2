import { openRaw } from '../contenders/raw.js';
import { runChild } from './run-child.js';

await runChild(openRaw);
