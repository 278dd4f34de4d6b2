import { test } from 'vitest';
import { z } from 'zod';
import { stepShape, workflowFrame, workflowShape } from '../definition/definition-shape.js';
test('z', () => {
  console.log(JSON.stringify(z.toJSONSchema(workflowShape, { io: 'input', target: 'draft-2020-12' }), null, 1).slice(0, 6000));
  for (const s of [{ id: 'a/b', type: 1, retry: { attempts: 0, bakoff: 1, backoff: '30', jitter: 'x' }, timeout: 0, needs: [1, {step:'a', opt: 1}], if: 3, as: '1a', delivery: 'x', fallback: [{}], foreach: {} }, {}, null, []]) {
    const r = stepShape.safeParse(s); console.log(JSON.stringify(r.error?.issues, null, 0));
  }
  console.log(JSON.stringify(workflowFrame.safeParse({ nam: 1, steps: [], tags: { a: 1 }, input: 'x', version: 1.5, priority: '1' }).error?.issues));
  const steps = Array.from({ length: 20000 }, (_, i) => ({ id: `s${i}`, type: 'shell', with: { command: 'x', args: ['a', 'b'] }, retry: { attempts: 3, backoff: '1s' } }));
  for (let k = 0; k < 3; k++) { const t = performance.now(); for (const s of steps) stepShape.safeParse(s); console.log('20k steps', performance.now() - t); }
});
