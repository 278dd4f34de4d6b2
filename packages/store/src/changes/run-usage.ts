import { type Budget, noUsage, type RunUsage, type Spend } from '@sisyphus-state/schema';

/** Reads a run's `usage`; null is nothing used. */
export function readUsage(text: string | null): RunUsage {
  return text === null ? noUsage : (JSON.parse(text) as RunUsage); // only changes write the column
}

/** Reads a run's `budget`; null limits nothing. */
export function readBudget(text: string | null): Budget {
  return text === null ? {} : (JSON.parse(text) as Budget); // as above
}

/** Reads a step's `reserved` or `usage`. */
export function readSpend(text: string | null): Spend {
  if (text === null) return noUsage.reserved;
  const { tokens = 0, cost = 0 } = JSON.parse(text) as Partial<Spend>; // as above
  return { tokens, cost };
}

/** Charges an attempt that was cut off: nobody knows what it used, so it is what was kept free for it. */
export function chargeCutOff(usage: RunUsage, reserved: Spend): RunUsage {
  return {
    ...addSpend(usage, reserved),
    reserved: subtract(usage.reserved, reserved),
    unsettled: add(usage.unsettled, reserved),
  };
}

/** Charges an attempt that ended: what it used takes the place of what was kept free for it. */
export function settleSpend(usage: RunUsage, reserved: Spend, used: Spend): RunUsage {
  return { ...addSpend(usage, used), reserved: subtract(usage.reserved, reserved) };
}

/** Keeps something free for an attempt that begins. */
export function reserveSpend(usage: RunUsage, reserved: Spend): RunUsage {
  return { ...usage, reserved: add(usage.reserved, reserved) };
}

/** Adds to a usage what lies between two others. */
export function shiftUsage(usage: RunUsage, from: RunUsage, to: RunUsage): RunUsage {
  return {
    steps: usage.steps + to.steps - from.steps,
    attempts: usage.attempts + to.attempts - from.attempts,
    duration: usage.duration + to.duration - from.duration,
    tokens: usage.tokens + to.tokens - from.tokens,
    cost: usage.cost + to.cost - from.cost,
    reserved: subtract(add(usage.reserved, to.reserved), from.reserved),
    unsettled: subtract(add(usage.unsettled, to.unsettled), from.unsettled),
  };
}

function addSpend(usage: RunUsage, { tokens, cost }: Spend): RunUsage {
  return { ...usage, tokens: usage.tokens + tokens, cost: usage.cost + cost };
}

function add(one: Spend, other: Spend): Spend {
  return { tokens: one.tokens + other.tokens, cost: one.cost + other.cost };
}

function subtract(one: Spend, other: Spend): Spend {
  return { tokens: one.tokens - other.tokens, cost: one.cost - other.cost };
}
