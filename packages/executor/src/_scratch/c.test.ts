import { test } from 'vitest';
import { compileDefinition } from '../definition/compile-definition.js';
test('c', () => {
  const n = 10000;
  const text = JSON.stringify({ name: 'x', steps: Array.from({ length: n }, (_, i) => ({ id: `s${i}`, type: 'shell', with: { command: 'echo', args: [`\${{ steps.s${Math.max(0, i - 1)}.output.x }}`, '${{ input.a }}'] }, retry: { attempts: 3, backoff: '1s' } })) });
  for (let k = 0; k < 6; k++) { let t = performance.now(); const d = JSON.parse(text); const a = performance.now() - t; t = performance.now(); compileDefinition(d); console.log('parse', a.toFixed(1), 'compile', (performance.now() - t).toFixed(1)); }
});
