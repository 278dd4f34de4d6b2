/** Numbers below this are seconds since the epoch: as milliseconds they would lie before 1973. */
const firstPlausibleMs = 100_000_000_000;

const dateText = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|[+-]\d\d:?\d\d)?)?$/i;

/**
 * Reads an instant of the draft as integer milliseconds since the epoch, or null when it is none.
 *
 * SQLite's `YYYY-MM-DD HH:MM:SS` and ISO texts without a zone are UTC, as CURRENT_TIMESTAMP is.
 */
export function draftInstant(cell: unknown): number | null {
  if (typeof cell === 'bigint' || typeof cell === 'number') return fromNumber(Number(cell));
  if (typeof cell !== 'string') return null;
  const [, date, time = '00:00:00', zone = 'Z'] = dateText.exec(cell.trim()) ?? [];
  if (date === undefined) return null;
  const at = Date.parse(`${date}T${time}${withColon(zone)}`);
  return Number.isNaN(at) ? null : at;
}

function fromNumber(cell: number): number | null {
  const at = Math.trunc(Math.abs(cell) < firstPlausibleMs ? cell * 1000 : cell);
  return Number.isSafeInteger(at) ? at : null;
}

function withColon(zone: string): string {
  return zone.toUpperCase().replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2');
}
