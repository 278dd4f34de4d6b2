import { RE2JS, RE2JSException } from 're2js';
import { oncePerEvaluation, spend } from './meter.js';

const MAX_PATTERN_LENGTH = 1_000;
// Measured: compiling a pattern takes up to 30 µs a character, where a unit of work takes about 0.1 µs.
const COMPILE_UNITS_PER_CHARACTER = 200;

/** A regular expression that matches in time linear in the text (RE2 syntax: no backreferences, no lookaround). */
export class LinearPattern {
  readonly #compiled: RE2JS;
  readonly #programSize: number;

  constructor(compiled: RE2JS) {
    this.#compiled = compiled;
    this.#programSize = compiled.programSize();
  }

  /** Tells whether the pattern matches anywhere in the text. */
  test(text: string): boolean {
    spend(1 + Math.ceil(text.length * (0.5 + this.#programSize / 64)));
    return this.#compiled.test(text);
  }

  /** The first group of the first match (the whole match when the pattern has no group), or null. */
  extract(text: string): string | null {
    if (!this.test(text)) return null;
    spend(1 + Math.ceil(text.length * (4 + this.#programSize / 8)));
    const matcher = this.#compiled.matcher(text);
    if (!matcher.find()) return null;
    return matcher.groupCount() > 0 ? matcher.group(1) : matcher.group();
  }
}

/** What is wrong with a pattern. */
export interface InvalidPattern {
  readonly invalid: string;
}

/** Compiles a pattern, or says what is wrong with it. */
export function compilePattern(source: string): LinearPattern | InvalidPattern {
  if (source.length > MAX_PATTERN_LENGTH)
    return { invalid: `a pattern holds at most ${MAX_PATTERN_LENGTH} characters` };
  try {
    return new LinearPattern(RE2JS.compile(source));
  } catch (error) {
    if (error instanceof RE2JSException) return { invalid: error.message };
    throw error;
  }
}

/** Compiles a pattern that only the evaluation knows, once in that evaluation, and spends the work that takes. */
export function compileDynamicPattern(source: string): LinearPattern | InvalidPattern {
  return oncePerEvaluation(`pattern ${source}`, isCompiled, () => {
    spend(Math.min(source.length, MAX_PATTERN_LENGTH) * COMPILE_UNITS_PER_CHARACTER);
    return compilePattern(source);
  });
}

function isCompiled(value: unknown): value is LinearPattern | InvalidPattern {
  return value instanceof LinearPattern || (typeof value === 'object' && value !== null && 'invalid' in value);
}
