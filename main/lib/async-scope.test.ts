import { describe, expect, it } from 'vitest';
import { AsyncScope, buildAll } from './async-scope.ts';
import { type Log, silentLog } from './log.ts';

function scopeOf(stepLimitMs?: number) {
  const warnings: string[] = [];
  const log: Log = {
    ...silentLog,
    warn: (details, message) => warnings.push(`${message} ${JSON.stringify(details)}`),
  };
  return { warnings, scope: new AsyncScope(stepLimitMs === undefined ? { log } : { log, stepLimitMs }) };
}
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('AsyncScope', () => {
  it('closes one after the other, in reverse, and once', async () => {
    const { scope, warnings } = scopeOf();
    const done: string[] = [];
    for (const name of ['lock', 'store', 'sockets']) {
      scope.own(name, async () => {
        done.push(`${name} begins`);
        await turn();
        done.push(`${name} is closed`);
      });
    }
    await Promise.all([scope.close(), scope.close()]);
    await scope.close();
    expect(done.map((line) => line.split(' ')[0])).toEqual([
      'sockets',
      'sockets',
      'store',
      'store',
      'lock',
      'lock',
    ]);
    expect(warnings).toEqual([]);
  });

  it('a step that throws, rejects or never ends is named in the log, and stops no other', async () => {
    const { scope, warnings } = scopeOf(10);
    const done: string[] = [];
    scope.own('lock', () => void done.push('lock'));
    scope.own('throws', () => {
      throw new Error('no');
    });
    scope.own('rejects', async () => {
      throw new Error('nor this');
    });
    scope.own('hangs', () => new Promise(() => {}));
    await scope.close();
    expect(done).toEqual(['lock']);
    expect(warnings).toEqual([
      'a step of the stop took too long {"step":"hangs"}',
      'a step of the stop failed {"step":"rejects","error":"nor this"}',
      'a step of the stop failed {"step":"throws","error":"no"}',
    ]);
  });

  it('a step that was left behind and then fails ends nothing', async () => {
    const { scope, warnings } = scopeOf(1);
    let fail: (error: Error) => void = () => {};
    scope.own('slow', () => new Promise((_, reject) => (fail = reject)));
    await scope.close();
    fail(new Error('after all'));
    await turn();
    expect(warnings.at(-1)).toContain('after all');
  });

  it('closes at once what is acquired while it closes', async () => {
    const { scope } = scopeOf();
    const done: string[] = [];
    const closing = scope.close();
    scope.own('late', () => void done.push('late'));
    await closing;
    await scope.close();
    expect(done).toEqual(['late']);
  });

  it('a build is all or nothing', async () => {
    const { scope } = scopeOf();
    const done: string[] = [];
    const build = buildAll(scope, async (owner) => {
      owner.own('lock', () => void done.push('lock'));
      owner.own('store', () => void done.push('store'));
      throw new Error('the port is taken');
    });
    await expect(build).rejects.toThrow('the port is taken');
    expect(done).toEqual(['store', 'lock']);
  });
});
