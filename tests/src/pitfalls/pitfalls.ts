import { agentPitfalls } from './agent-pitfalls.js';
import { ownershipPitfalls } from './ownership-pitfalls.js';
import type { Pitfall } from './pitfall.js';
import { replayPitfalls } from './replay-pitfalls.js';
import { storagePitfalls } from './storage-pitfalls.js';
import { waitingPitfalls } from './waiting-pitfalls.js';

/** Every known pitfall, in order. */
export const pitfalls: readonly Pitfall[] = [
  ...replayPitfalls,
  ...waitingPitfalls,
  ...ownershipPitfalls,
  ...storagePitfalls,
  ...agentPitfalls,
];
