import type { Contender, ContenderName, OpenContender } from './contender.js';
import { openDraft } from './draft.js';
import { openEngine } from './engine.js';
import { openRaw } from './raw.js';

/** How each contender is opened. */
export const openContender: Readonly<Record<ContenderName, (options: OpenContender) => Promise<Contender>>> = {
  engine: openEngine,
  raw: openRaw,
  draft: openDraft,
};
