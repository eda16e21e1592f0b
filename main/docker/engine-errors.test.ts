import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LightdeckError } from '../../shared/errors.ts';
import { DeadlineError, withDeadline } from './deadline.ts';
import { toEngineError } from './engine-errors.ts';

function answer(statusCode: number, message: string): Error {
  return Object.assign(new Error(`(HTTP code ${statusCode}) server error - ${message} `), {
    statusCode,
    json: { message },
  });
}

describe('toEngineError', () => {
  it.each([
    [answer(404, 'No such container: x'), 'not_found'],
    [answer(409, 'Conflict. The container name is already in use'), 'conflict'],
    [answer(500, 'something broke'), 'engine_refused'],
    [answer(400, 'bad parameter'), 'engine_refused'],
    [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'engine_unreachable'],
    [Object.assign(new Error('connect'), { code: 'ENOENT' }), 'engine_unreachable'],
    [Object.assign(new Error('connect'), { code: 'EACCES' }), 'engine_unreachable'],
    [new Error('socket hang up'), 'engine_unreachable'],
    [new DeadlineError(10_000), 'timeout'],
    [z.object({ Id: z.string() }).safeParse({}).error, 'engine_refused'],
    [new Error('anything'), 'engine_refused'],
    ['a thrown text', 'engine_refused'],
  ])('A3: %s becomes its code', (thrown, code) => {
    expect(toEngineError(thrown, 'start container x').code).toBe(code);
  });

  it('keeps what is one already', () => {
    const error = new LightdeckError('busy', 'Busy.');
    expect(toEngineError(error, 'start')).toBe(error);
  });

  it("A3: says what failed, the engine's words, and what to do", () => {
    const error = toEngineError(
      answer(500, 'Bind for 0.0.0.0:25565 failed: port is already allocated'),
      'start container x',
    );
    expect(error.message).toBe(
      'Could not start container x: Bind for 0.0.0.0:25565 failed: port is already allocated. Another program or container holds that port: stop it, or choose another port.',
    );
    const subnets = answer(
      500,
      'could not find an available, non-overlapping IPv4 address pool among the defaults',
    );
    expect(toEngineError(subnets, 'make the network x').message).toContain('docker network prune');
  });

  it('reads the words of an answer that is no JSON', () => {
    const error = Object.assign(new Error('(HTTP code 502) unexpected - bad gateway '), {
      statusCode: 502,
      json: null,
    });
    expect(toEngineError(error, 'act').message).toBe('Could not act: bad gateway.');
  });
});

describe('withDeadline', () => {
  const never = () => new Promise<never>(() => {});

  it('rejects when the time is up, even if the work ignores its signal', async () => {
    await expect(withDeadline(5, undefined, never)).rejects.toThrow(DeadlineError);
  });

  it("rejects with the outer signal's reason", async () => {
    const controller = new AbortController();
    const work = withDeadline(60_000, controller.signal, never);
    controller.abort(new Error('enough'));
    await expect(work).rejects.toThrow('enough');
    await expect(withDeadline(60_000, controller.signal, never)).rejects.toThrow('enough');
  });

  it('never aborts its signal after the work has settled', async () => {
    const controller = new AbortController();
    const signal = await withDeadline(5, controller.signal, (given) => Promise.resolve(given));
    controller.abort();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(signal.aborted).toBe(false);
  });
});
