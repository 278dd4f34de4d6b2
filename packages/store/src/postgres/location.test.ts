import { describe, expect, it } from 'vitest';
import { redactUrl, withSessionOptions } from './location.js';

describe('redactUrl', () => {
  it.each([
    ['postgres://u:secret@h:5433/db', 'postgres://u@h:5433/db'],
    ['postgresql://h/db?password=secret&sslmode=require', 'postgres://h/db'],
    ['postgres://u%40x:se%2Fcret@h/d%20b', 'postgres://u%40x@h/d b'],
    ['postgres://[::1]:5432/db', 'postgres://[::1]:5432/db'],
    ['postgres:///db?host=/run/postgresql&user=u', 'postgres://u@%2Frun%2Fpostgresql/db'],
  ])('shows %s without its password', (url, shown) => {
    expect(redactUrl(url)).toBe(shown);
  });

  it('shows nothing of what is no URL', () => {
    expect(redactUrl('postgres://u:secret@h:port/db')).toBeNull();
  });
});

describe('withSessionOptions', () => {
  it('adds settings, those of the URL last so that they win', () => {
    const url = new URL(withSessionOptions('postgres://h/db?options=-c%20a%3D1', { a: '2', b: 'read committed' }));
    expect(url.searchParams.get('options')).toBe('-c a=2 -c b=read\\ committed -c a=1');
  });
});
