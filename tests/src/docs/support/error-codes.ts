import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFINITION_ISSUE_CODES } from '@sisyphus-state/executor';
import { listFiles, repositoryRoot } from './repository.js';

/** Words in capitals that are no codes of ours: the names of files, variables, systems and statements. */
const others = [
  /^(SQLITE|ERR|SISYPHUS)_/,
  // What the YAML parser and the expression library call their own errors.
  /^(MULTIPLE_DOCS|RESOURCE_EXHAUSTION)$/,
  // What a system error without a code is called in the middle of a message.
  /^UNKNOWN$/,
];

/** Where codes of one word stand: a class's `code`, an error's options, an error's first argument, and what `codeOf` returns. */
const oneWord = /(?:\bcode(?::| =| \?\?|: options\.code \?\?)|Error\(\s*|\breturn)\s*'([A-Z]+)'/g;
const severalWords = /'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g;

/** Every public error code in the sources, with the packages whose sources name it first-hand. */
export function errorCodesInSources(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const file of listFiles().filter(isSource)) {
    const text = readFileSync(join(repositoryRoot, file), 'utf8');
    const [, name = ''] = file.split('/');
    for (const code of [...matches(text, oneWord), ...matches(text, severalWords)]) {
      if (!others.some((other) => other.test(code))) found.set(code, (found.get(code) ?? new Set()).add(name));
    }
  }
  return new Map([...found].map(([code, packages]) => [code, [...packages].sort()]));
}

function isSource(file: string): boolean {
  return (
    /^packages\/[^/]+\/src\/.*(?<!\.test)\.ts$/.test(file) &&
    !/\/(test-support|generated|_scratch)\//.test(file) &&
    !/^packages\/testing\//.test(file)
  );
}

function matches(text: string, pattern: RegExp): readonly string[] {
  // What stands in a comment is prose.
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return [...code.matchAll(pattern)].map(([, match = '']) => match);
}

/** The codes that only issues of a definition have. */
export const issueCodes: readonly string[] = DEFINITION_ISSUE_CODES;
