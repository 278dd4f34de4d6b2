import { cut, pad, widthOf } from './text.js';

/** A column of a table. */
export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** The column that gives way when the lines are too long; at most one. Default: none, lines are cut at their end. */
  readonly gives?: boolean;
}

/** What a table is laid out for. */
export interface TableOptions {
  readonly columns: readonly Column[];
  /** Cells in a line. */
  readonly width: number;
  /** Colours the line of titles. */
  readonly paintTitle?: (title: string) => string;
}

const gap = '  ';
/** Below this the giving column says nothing any more; then the whole line is cut instead. */
const leastWidth = 8;

/** Lays rows of cells out as lines under their titles; cells may be coloured. */
export function layOutTable(rows: readonly (readonly string[])[], options: TableOptions): readonly string[] {
  const { columns, width, paintTitle = (title) => title } = options;
  const widths = columns.map((column, index) =>
    rows.reduce((widest, row) => Math.max(widest, widthOf(row[index] ?? '')), widthOf(column.title)),
  );
  shrink(widths, columns, width);
  const titles = columns.map(({ title }) => title);
  return [titles, ...rows].map((row, line) => {
    const cells = columns.map(({ align }, index) => {
      const cell = cut(row[index] ?? '', widths[index] ?? 0);
      // Spaces at the end of a line are only in the way when it is copied.
      const isLast = index === columns.length - 1 && align !== 'right';
      return isLast ? cell : pad(cell, widths[index] ?? 0, align);
    });
    const text = cut(cells.join(gap).trimEnd(), width);
    return line === 0 ? paintTitle(text) : text;
  });
}

function shrink(widths: number[], columns: readonly Column[], width: number): void {
  const giving = columns.findIndex(({ gives }) => gives === true);
  const total = widths.reduce((sum, each) => sum + each, 0) + gap.length * (columns.length - 1);
  if (giving < 0 || total <= width) return;
  widths[giving] = Math.max(leastWidth, (widths[giving] ?? 0) - (total - width));
}
