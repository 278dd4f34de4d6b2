import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Says for a person why a module can't be loaded, with the place in it where that is known. */
export function describeLoadFailure(cause: unknown, url: string): string {
  if (!(cause instanceof Error)) return `it threw ${String(cause)}.`;
  const code = 'code' in cause ? cause.code : null;
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && !/ts$/.test(url))
    return 'it is no JavaScript. Name a module: a .mjs or .js file.';
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION')
    return 'this Node runs no TypeScript. Compile it to JavaScript first, or use Node 22.18 or newer.';
  const lacks = /^Cannot find package '(@sisyphus-state\/[\w-]+)'/.exec(cause.message)?.[1];
  if (lacks !== undefined) return `it imports ${lacks}, which is not installed where it is: npm install ${lacks}`;
  const place = cause instanceof SyntaxError ? placeOfSyntaxError(url) : placeInStack(cause);
  return `${cause.name}: ${cause.message}${place === null ? '' : ` (${place})`}`;
}

/** The first line of code of a stack that is not Node's own. */
function placeInStack({ stack = '' }: Error): string | null {
  const frames = stack.split('\n').filter((line) => line.startsWith('    at ') && !line.includes('node:internal'));
  const match = /(?:file:\/\/)?((?:\/|[a-z]:[\\/])[^()]+:\d+:\d+)\)?$/i.exec(frames[0] ?? '');
  return match?.[1] ?? null;
}

/** The stack of a syntax error does not say where it is, but Node does when it is asked to check the file. */
function placeOfSyntaxError(url: string): string | null {
  if (!url.startsWith('file:')) return null;
  const { stderr } = spawnSync(process.execPath, ['--check', fileURLToPath(url)], { encoding: 'utf8' });
  const [place] = stderr.split('\n');
  return place !== undefined && /:\d+$/.test(place) ? place.replace(/^file:\/\//, '') : null;
}
