import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanTemplate } from './scan-template.js';

const OPEN = '${' + '{';

/** The parts of a text, expressions in angle brackets. */
function show(text: string): readonly string[] | number {
  const scanned = scanTemplate(text);
  return scanned.ok
    ? scanned.parts.map((part) => (part.kind === 'text' ? part.text : `<${part.source}>`))
    : scanned.offset;
}

describe('scanTemplate', () => {
  it.each([
    ['plain text', ['plain text']],
    ['', []],
    [`${OPEN}a}}`, ['<a>']],
    [`x ${OPEN} a }} y ${OPEN}b}}`, ['x ', '< a >', ' y ', '<b>']],
    ['costs 5$ and {{ no }}', ['costs 5$ and {{ no }}']],
    ['$', ['$']],
  ])('splits %j', (text, parts) => {
    expect(show(text)).toEqual(parts);
  });

  it.each([
    [`$${OPEN} a }}`, [`${OPEN} a }}`]],
    [`x $${OPEN}a}} ${OPEN}b}}`, [`x ${OPEN}a}} `, '<b>']],
    [`$$${OPEN}a}}`, [`$${OPEN}a}}`]],
  ])('takes %j as the characters themselves', (text, parts) => {
    expect(show(text)).toEqual(parts);
  });

  it.each([
    [`${OPEN} {"a": {"b": 1}}}}`, ['< {"a": {"b": 1}}>']],
    [`${OPEN} "}}" + '}}' }}!`, [`< "}}" + '}}' >`, '!']],
    [`${OPEN} "a\\"}}" }}`, ['< "a\\"}}" >']],
    [`${OPEN} """ "}} """ }}`, ['< """ "}} """ >']],
    [`${OPEN} r'}}' }}`, [`< r'}}' >`]],
    [`${OPEN} a // it's }} b`, [`< a // it's >`, ' b']],
    [`${OPEN} a // }\n + b }}`, ['< a // }\n + b >']],
    [`${OPEN} a / b }}`, ['< a / b >']],
  ])('finds the end of %j by the rules of CEL', (text, parts) => {
    expect(show(text)).toEqual(parts);
  });

  it.each([
    [`${OPEN} a }`, 0],
    [`x ${OPEN}`, 2],
    [`${OPEN} {"a": 1 }}`, 0],
    [`ok ${OPEN}a}} ${OPEN} "}}"`, 10],
  ])('says where %j is left open', (text, offset) => {
    expect(show(text)).toBe(offset);
  });

  it('takes a quote that its line does not close for a character', () => {
    expect(show(`${OPEN} it's }}`)).toEqual([`< it's >`]);
  });

  it('says where each expression stands', () => {
    const scanned = scanTemplate(`ab${OPEN}cd}}`);
    expect(scanned).toMatchObject({ parts: [{ kind: 'text' }, { kind: 'expression', source: 'cd', offset: 5 }] });
  });

  it('loses no character of any text', () => {
    const pieces = fc.constantFrom('$', '{', '}', '{{', '}}', OPEN, '"', "'", '\\', '\n', '/', 'a', ' ');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        const text = parts.join('');
        const scanned = scanTemplate(text);
        if (!scanned.ok) return text.startsWith(OPEN, scanned.offset);
        const written = scanned.parts.map((part) =>
          part.kind === 'text' ? part.text.replaceAll(OPEN, () => `$${OPEN}`) : `${OPEN}${part.source}}}`,
        );
        return written.join('') === text;
      }),
      { numRuns: 5_000 },
    );
  });
});
