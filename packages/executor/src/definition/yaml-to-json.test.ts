import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { MAX_ALIASED_VALUES, yamlToJson } from './yaml-to-json.js';

function convert(text: string): ReturnType<typeof yamlToJson> {
  return yamlToJson(parseDocument(text, { uniqueKeys: false, schema: 'core' }).contents);
}

describe('yamlToJson', () => {
  it('gives an alias the very value of its anchor, which is frozen', () => {
    const { value } = convert('a: &x [1]\nb: *x');
    expect(value).toEqual({ a: [1], b: [1] });
    expect(Reflect.get(Object(value), 'b')).toBe(Reflect.get(Object(value), 'a'));
    expect(Object.isFrozen(Reflect.get(Object(value), 'a'))).toBe(true);
  });

  it('takes the newest of two anchors with one name', () => {
    expect(convert('a: &x 1\nb: *x\nc: &x 2\nd: *x').value).toEqual({ a: 1, b: 1, c: 2, d: 2 });
  });

  it('lets an alias stand for an anchored key', () => {
    expect(convert('&k key: 1').value).toEqual({ key: 1 });
  });

  it('goes on after what it reports, and says where each stands', () => {
    const { value, findings } = convert('a: .inf\nb: !x 1\nc: 3');
    expect(value).toEqual({ a: null, b: null, c: 3 });
    expect(findings.map(({ code, offset }) => [code, offset])).toEqual([
      ['NUMBER_NOT_EXACT', 3],
      ['TAG_NOT_ALLOWED', 14],
    ]);
  });

  it('counts what aliases stand for, not how often they are written', () => {
    const list = `a: &x [${Array.from({ length: 1_000 }, () => 1).join(',')}]\n`;
    const aliases = (count: number): string => `b: [${Array.from({ length: count }, () => '*x').join(',')}]`;
    const most = Math.floor(MAX_ALIASED_VALUES / 1_001);
    expect(convert(list + aliases(most)).findings).toEqual([]);
    expect(convert(list + aliases(most + 1)).findings).toEqual([expect.objectContaining({ code: 'ALIAS_LIMIT' })]);
  });
});
