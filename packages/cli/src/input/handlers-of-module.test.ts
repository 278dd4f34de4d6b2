import { defineWorkflow } from '@sisyphus-state/executor';
import { builtinHandlers, createRegistry, defineHandler } from '@sisyphus-state/handlers';
import { describe, expect, it } from 'vitest';
import { handlersOf } from './handlers-of-module.js';

const mail = defineHandler({ type: 'mail.send', run: () => null });
const greet = (): string => 'hi';
const chat = defineHandler({ type: 'chat.post', run: () => null });

function typesOf(module: Readonly<Record<string, unknown>>): readonly string[] {
  return handlersOf(module, 'm').flatMap((source) =>
    createRegistry(source)
      .list()
      .map(({ type }) => type),
  );
}

describe('a default export', () => {
  it.each([
    ['a handler', mail, ['mail.send']],
    ['an array of handlers', [mail, chat], ['mail.send', 'chat.post']],
    ['functions by type', { greet, part: () => 'bye' }, ['greet', 'part']],
    ['handlers and functions by type', { 'mail.send': mail, greet }, ['mail.send', 'greet']],
    ['a registry', createRegistry([mail]), ['mail.send']],
  ])('may be %s', (_, exported, types) => {
    expect(typesOf({ default: exported })).toEqual(types);
  });

  it('that is a workflow, or workflows, leaves the named exports', () => {
    const order = defineWorkflow({ name: 'order' }, async () => null);
    for (const main of [order, [order], { order }]) expect(typesOf({ default: main, mail })).toEqual(['mail.send']);
    expect(() => typesOf({ default: order })).toThrow('exports workflows, which --workflows takes, and no handlers');
  });

  it('leaves the named exports out', () => {
    expect(typesOf({ default: mail, chat })).toEqual(['mail.send']);
  });

  it.each([
    ['a function', () => null, 'does not say which type it handles'],
    ['a class', class Handlers {}, 'does not say which type it handles'],
    ['null', null, 'exports no handlers'],
    ['a text', 'mail', 'exports no handlers'],
    ['an empty array', [], 'an array with something else'],
    ['an array with a function', [mail, () => null], 'an array with something else'],
    ['an empty object', {}, 'exports no handlers'],
    ['an object with other values', { greet: 1 }, 'exports no handlers'],
  ])('must not be %s', (_, exported, message) => {
    const reading = () => handlersOf({ default: exported }, 'm');
    expect(reading).toThrow(expect.objectContaining({ code: 'HANDLER_INVALID' }));
    expect(reading).toThrow(message);
  });
});

describe('named exports', () => {
  it('are all taken that are handlers; helpers beside them are passed over', () => {
    expect(typesOf({ mail, chat, createMail: () => mail, limit: 3 })).toEqual(['mail.send', 'chat.post']);
  });

  it('may hold an array or functions by type', () => {
    expect(typesOf({ handlers: builtinHandlers })).toContain('shell');
    expect(typesOf({ handlers: { greet } })).toEqual(['greet']);
  });

  it.each([
    ['nothing', {}, 'exports nothing'],
    ['only functions', { greet }, 'exports only functions'],
    ['only other things', { limit: 3 }, 'exports no handlers'],
  ])('must not be %s', (_, module, message) => {
    expect(() => handlersOf(module, 'm')).toThrow(message);
  });
});
