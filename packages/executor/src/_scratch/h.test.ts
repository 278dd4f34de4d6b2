import { test } from 'vitest';
import { compileValue } from '../expressions/compile-value.js';
import { resolveValue } from '../expressions/resolve-value.js';
import { createStepsTable } from '../expressions/steps-table.js';
import { freezeJson } from '../expressions/json-value.js';
const big = Array.from({ length: 100_000 }, (_, i) => i);
const input = freezeJson({ big, s: 'a'.repeat(1_000_000), words: big.map((i) => `w${i}`), n: 3, l: [1,2,3], deep: JSON.parse('['.repeat(900)+']'.repeat(900)), objs: big.map((i)=>({type: `t${i%10}`, i})) } as never);
const steps = createStepsTable(['a']);
const scope = { input, context: {}, steps: steps.view, run: { id: 'r', name: 'n', version: null, createdAt: 1 } };
function go(e: string) {
  const t = performance.now();
  let out: string;
  try { const c = compileValue(e.includes('${{')? e : `\${{ ${e} }}`, { owner: 'step "x"', path: 'with' }); const r = resolveValue(c, scope as never); out = 'OK ' + JSON.stringify(r)?.slice(0, 60); } catch (x: any) { out = `${x.constructor.name} ${x.code} ${x.message.slice(-140)}`; }
  console.log(`${(performance.now() - t).toFixed(0).padStart(6)}ms  ${e.slice(0, 80).padEnd(80)} ${out}`);
}
test('h', () => {
  for (const e of ['input.big.map(a, input.big.map(b, input.big.map(c, 1)))','input.big.all(a, input.big.all(b, a + b >= 0))','input.big.all(a, input.big.all(b, input.big.all(c, input.big.all(d, true))))','input.big.exists(a, input.big.exists(b, input.big.exists(c, false)))','input.big.map(a, input.s.size())','input.big.map(a, size(input.s))','input.big.filter(a, input.s.contains("b"))','input.big.filter(a, input.s.matches("(a+)+b"))','input.big.filter(a, input.s.matches("(a+)+b|a$"))','input.words.filter(a, input.s.matches(a))','input.big.filter(a, a in input.big)','input.big.filter(a, input.big == input.big.map(x, x))',
  `cel.bind(a, [1,1], ${'cel.bind(a, [a,a], '.repeat(60)}a${')'.repeat(60)})`,`cel.bind(a, "aaaaaaaa", ${'cel.bind(a, a+a, '.repeat(60)}size(a)${')'.repeat(60)})`,`cel.bind(a, [1,1], ${'cel.bind(a, a + a, '.repeat(60)}size(a)${')'.repeat(60)})`,`cel.bind(a, [1,1], ${'cel.bind(a, [a,a], '.repeat(60)} json(a)${')'.repeat(60)})`,
  `cel.bind(a, [1,1], ${'cel.bind(a, [a,a], '.repeat(60)} cel.bind(b, [1,1], ${'cel.bind(b, [b,b], '.repeat(60)} a == b ${')'.repeat(122)}`,
  'input.big.map(x, input.s + "x").join("")', 'input.s.replace("a", input.s)', 'input.s.split("").map(x, input.s.split(""))', 'input.big.map(x, input.s.upperAscii())','input.big.map(x, bytes(input.s))','input.big.map(x, duration(input.s))','input.big.map(x, int(input.s))','input.big.map(x, double(input.s))','input.big.map(x, input.words.join(input.s))','input.big.map(x, input.words.sort())','input.objs.map(x, input.objs.groupBy("type"))','input.objs.distinct().size()','input.big.map(x, json(input.big))','input.deep == 1','input.deep == [input.deep]','size(input.deep)','[input.deep,input.deep]','input.big.map(x, input.s < input.s)','input.big.map(x, [input.s, input.s, input.s])','(input.big.map(a, input.big.all(b, true)).size() > 0) || true', 'true || input.big.map(a, input.big.map(b, 1)).size() > 0', 'input.big.all(a, input.big.map(b, input.big.map(c, 1)).size() > 0 || input.big.map(b, input.big.map(c, 1)).size() > 0)', `${'!'.repeat(16000)}true`, `${'-'.repeat(16000)}1`, `${'['.repeat(8000)}`, `${'1+'.repeat(8000)}1`, `${'(1+'.repeat(4000)}1`, `${'{1:'.repeat(4000)}1`,`${'true?'.repeat(2000)}1`,`${'a.'.repeat(2000)}b`,`${'[0]'.repeat(5000)}`,
  'input.objs.groupBy("type")["t1"].size()', 'input.words.filter(w, w.startsWith("w1")).size()', 'input.big.map(x, x * 2.0).size()', 'input.objs.map(o, {"a": o.type, "b": o.i + 1}).size()', 'input.words.map(w, w.extract("^w([0-9]+)$")).size()', '${{ input.s }}'.repeat(1000)]) go(e);
  const N = 200_000;
  for (const e of ['${{ input.n }}', '${{ input.n + 1 }}', 'a ${{ input.n }} b', '${{ size(input.l) > 2 && input.n == 3 }}', '${{ steps.a.output }}', '${{ input.l.map(x, x + 1) }}', 'const']) {
    const c = compileValue(e, { owner: 'step "x"', path: 'with' });
    for (let i = 0; i < 20000; i++) resolveValue(c, scope as never);
    const t = performance.now(); for (let i = 0; i < N; i++) resolveValue(c, scope as never); console.log(e, ((performance.now() - t) / N * 1000).toFixed(3), 'us');
  }
  const t = performance.now(); for (let i = 0; i < 20000; i++) compileValue({ command: 'x', args: [`\${{ steps.s${i}.output.x }}`] }, { owner: 'o', path: 'with' }); console.log('compile 20k distinct', (performance.now() - t).toFixed(0), 'ms');
}, 300_000);
