/**
 * Tells whether a program wrote what its document says.
 *
 * `…` in the document stands for anything, on a line of its own for any number of lines; blanks at a line's end do not count.
 */
export function isAsWritten(written: string, expected: string): boolean {
  const pattern = lines(expected)
    .map((line) => (line.trim() === '…' ? '(?:.*\\n)*?' : `${line.split('…').map(escapeRegExp).join('.*')}\\n`))
    .join('');
  return new RegExp(`^${pattern}$`, 'u').test(
    lines(written)
      .map((line) => `${line}\n`)
      .join(''),
  );
}

function lines(text: string): readonly string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd());
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
