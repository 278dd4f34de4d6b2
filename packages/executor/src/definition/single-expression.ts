import { scanTemplate } from '../expressions/scan-template.js';

/** What a text that must be one expression holds: its source, or that it is something else. */
export type SingleExpression =
  | { readonly kind: 'expression'; readonly source: string }
  | { readonly kind: 'mixed' }
  | { readonly kind: 'text' }
  | { readonly kind: 'open' };

/** Reads a text that should be one `${{ … }}` and nothing else but blanks. */
export function readSingleExpression(text: string): SingleExpression {
  const scanned = scanTemplate(text.trim());
  if (!scanned.ok) return { kind: 'open' };
  const [first, second] = scanned.parts;
  if (scanned.parts.every((part) => part.kind === 'text')) return { kind: 'text' };
  return first?.kind === 'expression' && second === undefined ? first : { kind: 'mixed' };
}

/** The expression of an `if`: what stands in its `${{ }}`, or the whole text when it has none. Null when it is mixed. */
export function conditionSource(text: string): string | null {
  const single = readSingleExpression(text);
  if (single.kind === 'expression') return single.source;
  return single.kind === 'text' ? text : null;
}
