import { describe, expect, it } from 'vitest';
import { Scope } from './scope.ts';

describe('Scope', () => {
  it('undoes in reverse order, despite a failing undo, and at once when it is closed already', () => {
    const done: string[] = [];
    const scope = new Scope();
    scope.add(() => done.push('first'));
    scope.add(() => {
      throw new Error('no');
    });
    scope.add(() => done.push('last'));
    scope.close();
    scope.close();
    scope.add(() => done.push('late'));
    expect(done).toEqual(['last', 'first', 'late']);
    expect(scope.signal.aborted).toBe(true);
  });

  it('holds a timer no longer than it runs', async () => {
    const scope = new Scope();
    let fired = 0;
    for (let n = 0; n < 50; n += 1) scope.timeout(() => (fired += 1), 1);
    scope.timeout(() => (fired += 1), 1)();
    await scope.pause(20);
    expect([fired, scope.size]).toEqual([50, 0]);
    const waiting = scope.pause(60_000);
    scope.timeout(() => (fired += 1), 1);
    scope.close();
    await waiting;
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect([fired, scope.size]).toEqual([50, 0]);
    await scope.pause(60_000);
  });
});
