import { StepValueError } from '../errors.js';

const maxLabelLength = 128;

/** Gives each step its key: its label, and from the second one on `label#2`, in the order they are asked for. */
export class StepLabels {
  readonly #counts = new Map<string, number>();

  /** Throws `StepValueError` for what can't be a step's label. */
  next(label: string): string {
    if (!isLabel(label))
      throw new StepValueError(
        `${JSON.stringify(label)?.slice(0, 200) ?? String(label)} is no label of a step: give it 1 to ${maxLabelLength} characters without [ ] / #, not beginning with $.`,
        { details: { label } },
      );
    return this.count(label);
  }

  /** The same for a name of the engine's own, which is not checked. */
  count(label: string): string {
    const count = (this.#counts.get(label) ?? 0) + 1;
    this.#counts.set(label, count);
    return count === 1 ? label : `${label}#${count}`;
  }
}

function isLabel(label: unknown): boolean {
  if (typeof label !== 'string' || label.length === 0 || label.length > maxLabelLength) return false;
  return label.trim() === label && !label.startsWith('$') && !/[[\]/#\p{Cc}]/u.test(label);
}
