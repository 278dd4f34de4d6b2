import { openDraft } from '../contenders/draft.js';
import { runChild } from './run-child.js';

await runChild(openDraft);
