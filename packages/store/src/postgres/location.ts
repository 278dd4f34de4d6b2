/** The parts of a server's address that are fit for a message. */
export interface ServerAddress {
  readonly user?: string;
  readonly host?: string;
  readonly port?: number | string;
  readonly database?: string;
}

/** Writes an address without its password, and without what else may stand in its query. */
export function showAddress({ user, host, port, database }: ServerAddress): string {
  const who = user ? `${encodeURIComponent(user)}@` : '';
  const where = host ? `${host.startsWith('/') ? encodeURIComponent(host) : host}${port ? `:${port}` : ''}` : '';
  return `postgres://${who}${where}/${database ?? ''}`;
}

/** Writes a URL without its password; null when it is none. */
export function redactUrl(text: string): string | null {
  const url = parseUrl(text);
  if (url === null) return null;
  return showAddress({
    user: decodeURIComponent(url.username || url.searchParams.get('user') || ''),
    host: url.hostname || url.searchParams.get('host') || '',
    port: url.port,
    database: decodeURIComponent(url.pathname.slice(1)),
  });
}

/** Adds settings for the session to those the URL has; its own come last and win. */
export function withSessionOptions(text: string, settings: Readonly<Record<string, string | number>>): string {
  const url = parseUrl(text);
  if (url === null) return text;
  const ours = Object.entries(settings).map(([name, value]) => `-c ${name}=${String(value).replaceAll(' ', '\\ ')}`);
  const theirs = url.searchParams.get('options');
  url.searchParams.set('options', [...ours, ...(theirs === null ? [] : [theirs])].join(' '));
  return url.href;
}

function parseUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}
