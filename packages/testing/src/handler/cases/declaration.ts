import assert from 'node:assert/strict';
import { createRegistry, type Delivery, type Handler } from '@sisyphus-state/handlers';
import type { HandlerCase } from '../handler-case.js';

const deliveries: readonly Delivery[] = ['pure', 'at-least-once', 'at-most-once'];

/** What a handler says of itself. */
export function declarationCases(handler: Handler): readonly HandlerCase[] {
  return [
    {
      name: 'declares its type, a whole version from 1 and what may happen to a cut-off step',
      async run() {
        assert.match(handler.type, /^[a-z][\w.-]*$/i);
        assert.ok(Number.isSafeInteger(handler.version) && handler.version >= 1, `version ${handler.version}`);
        assert.ok(deliveries.includes(handler.delivery), `delivery ${handler.delivery}`);
      },
    },
    {
      name: 'is taken by a registry under its own type',
      async run() {
        assert.equal(createRegistry([handler]).get(handler.type)?.kind, 'defined');
      },
    },
  ];
}
