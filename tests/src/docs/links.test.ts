import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { readProse } from './support/markdown.js';
import { listDocuments, repositoryRoot } from './support/repository.js';

test('every link inside the repository leads to a file, and to a heading where it names one', () => {
  const broken = listDocuments().flatMap((file) =>
    linksOf(file)
      .filter((link) => !leadsSomewhere(file, link))
      .map((link) => `${file}: ${link}`),
  );
  expect(broken).toEqual([]);
});

test('every page of docs/ is linked from README.md', () => {
  const linked = linksOf('README.md').map((link) => link.split('#')[0]);
  expect(listDocuments().filter((file) => file.startsWith('docs/') && !linked.includes(file))).toEqual([]);
});

function linksOf(file: string): readonly string[] {
  const prose = readProse(file)
    .join('\n')
    .replace(/`[^`\n]*`/g, '');
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return links.filter((target) => !/^[a-z]+:/i.test(target));
}

function leadsSomewhere(file: string, link: string): boolean {
  const [path = '', heading] = link.split('#');
  const target = path === '' ? file : normalize(join(dirname(file), path));
  if (!existsSync(join(repositoryRoot, target))) return false;
  return heading === undefined || !target.endsWith('.md') || headingsOf(target).includes(heading);
}

/** Headings as links name them: lower case, blanks as dashes, other marks left out. */
function headingsOf(file: string): readonly string[] {
  return readProse(file)
    .filter((line) => /^#{1,6} /.test(line))
    .map((line) =>
      line
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    );
}
