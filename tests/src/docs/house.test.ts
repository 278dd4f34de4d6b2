import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listFiles, repositoryRoot } from './support/repository.js';

const maxLines = 300;

const written = listFiles().filter((file) => /\.(ts|mts|js|mjs)$/.test(file) && !file.includes('/generated/'));
const sources = written.filter(
  (file) => /^(packages|contrib)\/[^/]+\/src\/.*\.ts$/.test(file) && !/\.test\.ts$|\/test-support\//.test(file),
);
const indexes = sources.filter((file) => file.endsWith('/index.ts'));

test('there are sources to look at', () => {
  expect(sources.length).toBeGreaterThan(100);
  expect(indexes.length).toBeGreaterThan(4);
});

test(`no file is longer than ${maxLines} lines`, () => {
  const long = written
    .map((file) => ({ file, lines: linesOf(file).length - 1 }))
    .filter(({ lines }) => lines > maxLines);
  expect(long).toEqual([]);
});

test('every export has a docstring', () => {
  expect(sources.filter((file) => !indexes.includes(file)).flatMap(undocumentedIn)).toEqual([]);
});

test('an index lists exports by name, and does nothing else', () => {
  const stray = indexes.flatMap((file) =>
    statementsOf(file)
      .filter((statement) => !/^export (type )?\{[^}*]*\} from '\.[^']+';$/s.test(statement))
      .map((statement) => `${file}: ${statement}`),
  );
  expect(stray).toEqual([]);
});

test('nothing is a default export, except where a tool asks for one', () => {
  expect(sources.filter((file) => /^export default\b|\bas default\b/m.test(linesOf(file).join('\n')))).toEqual([]);
});

function linesOf(file: string): readonly string[] {
  return readFileSync(join(repositoryRoot, file), 'utf8').split('\n');
}

/**
 * The names that are exported where they are declared, and have no docstring above them.
 *
 * A type that is read off the constant before it needs none, nor does a further overload.
 */
function undocumentedIn(file: string): readonly string[] {
  const lines = linesOf(file);
  const seen = new Set<string>();
  return lines.flatMap((line, index) => {
    const name =
      /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|class|const|let|interface|type) (?<name>\w+)/.exec(
        line,
      )?.groups?.name;
    if (name === undefined || seen.has(name)) return [];
    seen.add(name);
    const isDerived = /^export type \w+ = (\(typeof \w+\)\[number\]|z\.\w+<typeof \w+>|\w+\['\w+'\]);$/.test(line);
    return isDerived || hasDocstring(lines, index) ? [] : [`${file}:${index + 1} ${name}`];
  });
}

function hasDocstring(lines: readonly string[], index: number): boolean {
  let above = index - 1;
  // What a tool is told stands between a docstring and its declaration.
  while (/^\/\/ (biome-ignore|@ts-)/.test(lines[above] ?? '')) above--;
  return (lines[above] ?? '').trimEnd().endsWith('*/');
}

/** The statements of a file, comments left out. */
function statementsOf(file: string): readonly string[] {
  const code = linesOf(file)
    .filter((line) => !/^\s*(\/\/|\/?\*)/.test(line))
    .join('\n');
  return code
    .split(/(?<=;)\n/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
