import { describe, expect, it } from 'vitest';
import type { Plan } from '../definition/plan.js';
import { longPlan, planOf, stepIn } from './test-support/plan.js';
import { Walk } from './walk.js';

const diamond = planOf([
  { id: 'top' },
  { id: 'left', needs: ['top'] },
  { id: 'right', needs: ['top'] },
  { id: 'join', needs: ['left', 'right'] },
]);

function idsOf(walk: Walk): readonly string[] {
  return walk.takeReady().map(({ id }) => id);
}

function settle(walk: Walk, plan: Plan, id: string, how: 'completed' | 'skipped' = 'completed'): void {
  walk.settle(stepIn(plan, id).index, how);
}

describe('a walk through a plan', () => {
  it('begins with the steps that need nothing, and gives each once', () => {
    const walk = new Walk(planOf([{ id: 'a' }, { id: 'b', needs: [] }, { id: 'c', needs: ['a', 'b'] }]));
    expect(idsOf(walk)).toEqual(['a', 'b']);
    expect(idsOf(walk)).toEqual([]);
  });

  it('gives a step when all it needs is settled, not before', () => {
    const walk = new Walk(diamond);
    expect(idsOf(walk)).toEqual(['top']);
    settle(walk, diamond, 'top');
    expect(idsOf(walk)).toEqual(['left', 'right']);
    settle(walk, diamond, 'right');
    expect(idsOf(walk)).toEqual([]);
    settle(walk, diamond, 'left');
    expect(idsOf(walk)).toEqual(['join']);
  });

  it('gives steps that become ready together in definition order, whichever need was settled first', () => {
    const plan = planOf([
      { id: 'a' },
      { id: 'b', needs: [] },
      { id: 'after-a', needs: ['a'] },
      { id: 'after-b', needs: ['b'] },
    ]);
    const walk = new Walk(plan);
    walk.takeReady();
    settle(walk, plan, 'b');
    settle(walk, plan, 'a');
    expect(idsOf(walk)).toEqual(['after-a', 'after-b']);
  });

  it('is done when the last step is settled, completed or skipped', () => {
    const plan = planOf([{ id: 'a' }, { id: 'b' }]);
    const walk = new Walk(plan);
    settle(walk, plan, 'a');
    expect(walk.isDone).toBe(false);
    settle(walk, plan, 'b', 'skipped');
    expect(walk.isDone).toBe(true);
  });

  it('names the skipped need that makes a step be skipped, unless the need is optional', () => {
    const plan = planOf([
      { id: 'a' },
      { id: 'needs-it', needs: ['a'] },
      { id: 'takes-it', needs: [{ step: 'a', optional: true }] },
    ]);
    const walk = new Walk(plan);
    expect(walk.skippedNeed(stepIn(plan, 'needs-it'))).toBeNull();
    settle(walk, plan, 'a', 'skipped');
    expect(walk.skippedNeed(stepIn(plan, 'needs-it'))).toBe('a');
    expect(walk.skippedNeed(stepIn(plan, 'takes-it'))).toBeNull();
  });

  it('passes 20,000 steps one after the other', () => {
    const plan = longPlan(20_000);
    const walk = new Walk(plan);
    let passed = 0;
    for (let ready = walk.takeReady(); ready.length > 0; ready = walk.takeReady()) {
      for (const { index } of ready) walk.settle(index, 'completed');
      passed += ready.length;
    }
    expect([passed, walk.isDone]).toEqual([20_000, true]);
  });
});
