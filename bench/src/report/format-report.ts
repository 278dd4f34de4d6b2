import type { SameRows } from '../comparable-rows.js';
import { contenderNames } from '../contenders/contender.js';
import type { Environment } from '../measure/environment.js';
import type { PostgresEnvironment } from '../measure/postgres-environment.js';
import { type Figure, type Ratio, verdict } from './figure.js';

const widths = { mode: 13, unit: 22, value: 9 } as const;

/** The lines before the figures: where they were taken, and what raw is. */
export function formatEnvironment(environment: Environment, { rows, tables }: SameRows): string {
  const { node, system, processors, sqlite, folder, filesystem, commitMicros } = environment;
  const [full, normal] = [show(commitMicros.FULL), show(commitMicros.NORMAL)];
  return [
    `Node ${node} · ${system} · ${processors} · SQLite ${sqlite}`,
    `Files in ${folder} (${filesystem}); a commit of one row takes ${full} µs at FULL, ${normal} µs at NORMAL.`,
    `For the same runs, engine and raw left the same ${rows} rows in ${tables} tables.`,
    'Values are medians over rounds; ratios are medians of the ratios of each round.',
  ].join('\n');
}

/** The lines about PostgreSQL: how it is set, and what it costs to ask it anything. */
export function formatPostgres(environment: PostgresEnvironment, { rows, tables }: SameRows): string {
  const { version, origin, fsync, synchronousCommit, commitMicros, roundTripMicros } = environment;
  const whose = origin === 'embedded' ? 'started for this, with its own settings' : 'of DATABASE_URL, on its own disk';
  const [commit, trip] = [show(commitMicros), show(roundTripMicros)];
  return [
    `PostgreSQL ${version} (${whose}): fsync ${fsync}, synchronous_commit ${synchronousCommit}.`,
    `A commit of one row takes ${commit} µs there, a round trip ${trip} µs; engine and raw left the same ${rows} rows in ${tables} tables.`,
  ].join('\n');
}

/** The lines above the first of the figures that measure the same. */
export function formatHeading({ scenario, what }: Figure): string {
  return `\n${scenario}: ${what}\n${' '.repeat(widths.mode + widths.unit)}${columns([...contenderNames])}`;
}

/** A figure's lines: its values, and beside them how they compare. */
export function formatFigure({ mode, rows, ratios }: Figure, judge: boolean): string {
  return Array.from({ length: Math.max(rows.length, ratios.length) }, (_, index) => {
    const [row, ratio] = [rows[index], ratios[index]];
    const first = index === 0 ? (mode ?? '') : '';
    const values = row === undefined ? [] : contenderNames.map((name) => show(row.values[name]));
    const left = `  ${first.padEnd(widths.mode - 2)}${(row?.unit ?? '').padEnd(widths.unit)}${columns(values)}`;
    return `${left}   ${ratio === undefined ? '' : formatRatio(ratio, judge)}`.trimEnd();
  }).join('\n');
}

function columns(values: readonly string[]): string {
  return contenderNames.map((_, index) => (values[index] ?? '').padStart(widths.value)).join('');
}

function formatRatio(ratio: Ratio, judge: boolean): string {
  const { aim, of, value } = ratio;
  const said = `${value.toPrecision(3).replace(/\.0+$/, '')} ${of}`;
  if (aim === null) return said;
  return `${said} · aim ${aim.bound === 'least' ? '≥' : '≤'} ${aim.value}${judge ? ` ${verdict(ratio)}` : ''}`;
}

/** Three digits that matter, at least all before the point. */
function show(value: number | undefined): string {
  if (value === undefined) return '–';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}
