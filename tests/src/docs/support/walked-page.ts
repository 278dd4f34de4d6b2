import { type Block, markOf, placeOf } from './markdown.js';

/** The pages whose blocks are one story: each is run where it stands, in one folder, after all before it. */
export const walkedPages: readonly string[] = ['docs/dba.md', 'docs/postgres.md'];

/** Whether a page's blocks are run in order, and not each for itself. */
export function isWalked({ file }: Block): boolean {
  return walkedPages.includes(file);
}

/** What is wrong with a block of such a page: every command and statement has to be run, written down, or excused. */
export function strayInWalk(block: Block): string | null {
  const { language, marks, unchecked } = block;
  const place = placeOf(block);
  if (unchecked !== null || marks.has('output') || markOf(block, 'file') !== null) return null;
  if (language === 'sh') return marks.has('run') ? null : `${place} is not marked \`run\``;
  if (language === 'sql') return markOf(block, 'on') !== null ? null : `${place} does not say \`on\` what it runs`;
  return ['ts', 'js'].includes(language) ? null : `${place} (${language || 'no language'}) can't be run`;
}
