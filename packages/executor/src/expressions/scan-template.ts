/** One piece of a text: literal characters, or the source of an expression and where it starts in the text. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'expression'; readonly source: string; readonly offset: number };

/** The pieces of a text, or where the `${{` stands that nothing closes. */
export type ScannedTemplate =
  | { readonly ok: true; readonly parts: readonly TemplatePart[] }
  | { readonly ok: false; readonly offset: number };

const OPEN = '${{';
const ESCAPED_OPEN = '$${{';

/**
 * Splits a text into its literal pieces and its `${{ … }}` expressions.
 *
 * `$${{` stands for a literal `${{`. The closing `}}` is found with CEL's own strings, comments and braces in mind, so
 * `${{ {"a": "}}"} }}` is one expression. Adjacent literal pieces are joined, empty ones left out.
 */
export function scanTemplate(text: string): ScannedTemplate {
  const parts: TemplatePart[] = [];
  let literal = '';
  let at = 0;
  while (at < text.length) {
    const next = text.indexOf('$', at);
    if (next === -1) break;
    literal += text.slice(at, next);
    if (text.startsWith(ESCAPED_OPEN, next)) {
      literal += OPEN;
      at = next + ESCAPED_OPEN.length;
    } else if (text.startsWith(OPEN, next)) {
      const start = next + OPEN.length;
      const end = findClose(text, start);
      if (end === null) return { ok: false, offset: next };
      if (literal !== '') parts.push({ kind: 'text', text: literal });
      parts.push({ kind: 'expression', source: text.slice(start, end), offset: start });
      literal = '';
      at = end + 2;
    } else {
      literal += '$';
      at = next + 1;
    }
  }
  literal += text.slice(at);
  if (literal !== '') parts.push({ kind: 'text', text: literal });
  return { ok: true, parts };
}

/** Where the `}}` stands that closes an expression starting at `from`, or null. */
function findClose(text: string, from: number): number | null {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    switch (text[at]) {
      case '"':
      case "'":
        at = skipString(text, at);
        continue;
      case '/':
        at = text[at + 1] === '/' ? skipComment(text, at) : at + 1;
        continue;
      case '{':
        depth++;
        break;
      case '}':
        if (depth > 0) depth--;
        else if (text[at + 1] === '}') return at;
    }
    at++;
  }
  return null;
}

/** The index after a CEL string; a single-quoted one that its line does not close is no string. */
function skipString(text: string, start: number): number {
  const quote = text[start] ?? '';
  const triple = quote.repeat(3);
  if (text.startsWith(triple, start)) return skipUntil(text, start + 3, triple, false) ?? start + 3;
  return skipUntil(text, start + 1, quote, true) ?? start + 1;
}

function skipUntil(text: string, from: number, close: string, inLine: boolean): number | null {
  for (let at = from; at < text.length; at++) {
    if (text.startsWith(close, at)) return at + close.length;
    if (text[at] === '\\') at++;
    else if (inLine && text[at] === '\n') return null;
  }
  return null;
}

/** A comment runs to the end of its line, but never swallows the end of the expression. */
function skipComment(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    if (text[at] === '\n' || text.startsWith('}}', at)) return at;
  }
  return text.length;
}
