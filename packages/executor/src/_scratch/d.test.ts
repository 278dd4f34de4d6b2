import { readFileSync } from 'node:fs';
import { test } from 'vitest';
import { inspectDefinition, inspectDefinitionText } from '../definition/inspect-definition.js';
import { compileDefinition } from '../definition/compile-definition.js';
import { parseDefinition } from '../definition/parse-definition.js';
const api = /```yaml\n(name: release-notes[\s\S]*?)```/.exec(readFileSync('/work/shared/API.md', 'utf8'))![1]!;
const show = (t: string, o = {}) => { try { parseDefinition(t, { source: 'flow.yaml', ...o }); console.log('VALID', inspectDefinitionText(t, o).issues.map((i) => JSON.stringify(i))); } catch (e: any) { console.log(e.message); } };
test('d', () => {
  show(api);
  show(api.replace(/^budget.*\n|^deadline.*\n/gm, '').replace(/^ {2}- \{ id: approve.*\n/m, ''));
  show(`name: x\nsteps:\n  - id: a\n    type: shell\n    need: [b]\n    retry: { attempt: 3, backoff: "30" }\n    timeout: soon\n  - id: build-site\n    type: sehll\n    with: { x: "\${{ steps.build-site.output }} \${{ steps.a.lines }} \${{ inptu.x }} \${{ steps.aa.output }} \${{ now() }} \${{ 1 + }}" }\n  - {id: a, type: shell, needs: [b-uild, build-site, build-site], concurrency: 0}\n  - id: c\n    type: shell\n    needs: [d]\n    if: "\${{ item }} x"\n  - id: d\n    type: shell\n    needs: [c]\n    foreach: \${{ input.x\n    with: ["\${{ run.foo }}"]\noutput: \${{ steps.d.output }}\n`, { hasHandler: (t: string) => t === 'shell', handlerTypes: ['shell', 'http'] });
  show('a: 1\na: 2\n? [x]\n: 3\n<<: {a: 1}\nb: !!binary aGk=\nc: *x\nd: 99999999999999999999\ne: .inf');
  show('name: x\n---\nb: 1'); show(''); show('%YAML 1.1\n---\nname: x'); show('- a'); show('name: [');
  show('a: &a [x,x]\n'+Array.from({length:30},(_, i)=>`b${i}: &b${i} [*${i?'b'+(i-1):'a'},*${i?'b'+(i-1):'a'}]`).join('\n'));
  show('['.repeat(400000)); show('x'.repeat(2000000)); show('a: &a [*a]');
  show('name: x\ninput: { type: objct, requird: [a], properties: { b: { pattern: "(?=a)" } } }\nsteps: [{id: a, type: b}]');
  show('name: x\ninput: { type: object, requird: [a], properties: { b: { pattern: "(?=a)" } } }\nsteps: [{id: a, type: b}]');
  show('name: x\ninput: { type: object, properties: { b: { pattern: "(?=a)" } } }\nsteps: [{id: a, type: b}]');
  show('name: x\nsteps:\n  - {id: 2fa, type: b}\n  - {id: "a b", type: b, with: { x: "${{ steps.2fa.output }} ${{ steps.a b.output }} ${{ steps[\'2fa\'].output }}" }}');
  show('name: x\nsteps:\n  - id: a\n    type: b\n    with:\n      text: |\n        hello ${{ input.x +\n          }}\n        and ${{ inptu.y }}');
  for (const n of [5000, 20000]) {
    const def = { name: 'x', steps: Array.from({ length: n }, (_, i) => ({ id: `s${i}`, type: 'shell', with: { command: 'echo', args: [`\${{ steps.s${Math.max(0, i - 1)}.output.x }}`, '${{ input.a }}'] }, retry: { attempts: 3, backoff: '1s' } })) };
    for (let k = 0; k < 2; k++) {
    let t = performance.now(); const r = inspectDefinition(def); console.log(n, 'inspect', (performance.now() - t).toFixed(0), r.issues.length);
    t = performance.now(); const p = compileDefinition(r.definition!); console.log('compile', (performance.now() - t).toFixed(0)); t = performance.now(); p.hash; console.log('hash', (performance.now() - t).toFixed(0));
    t = performance.now(); for (const s of p.steps) s.with; console.log('with', (performance.now() - t).toFixed(0)); }
    const diamonds = { name: 'x', steps: Array.from({ length: n }, (_, i) => ({ id: `s${i}`, type: 'shell', needs: i < 3 ? [] : [`s${i - 1}`, `s${i - 3}`], with: { args: [`\${{ steps.s${Math.max(0, (i * 7919) % Math.max(1, i))}.output.x }}`] } })) };
    let t = performance.now(); const r = inspectDefinition(diamonds); console.log(n, 'diamonds', (performance.now() - t).toFixed(0), r.issues.length, r.issues[0]);
    const bad = { name: 'x', steps: Array.from({ length: n }, (_, i) => ({ id: `step${i}`, type: 'shell', needs: [`stepp${i}`] })) };
    t = performance.now(); console.log(n, 'bad', inspectDefinition(bad).issues.length, (performance.now() - t).toFixed(0));
    const cyc = { name: 'x', steps: Array.from({ length: n }, (_, i) => ({ id: `s${i}`, type: 'shell', needs: [`s${(i + 1) % n}`] })) };
    t = performance.now(); console.log(n, 'cyc', inspectDefinition(cyc).issues.length, (performance.now() - t).toFixed(0));
  }
}, 100000);
