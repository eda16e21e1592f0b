import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PullProgress } from './contract.ts';
import { cut } from './cut.test-helper.ts';
import { JsonLines } from './json-lines.ts';
import { PullMeter } from './pull-progress.ts';

function meter(stepMs: number) {
  let now = 0;
  const reports: PullProgress[] = [];
  const target = new PullMeter({
    image: 'game:1',
    clock: () => now,
    onProgress: (progress) => reports.push(progress),
  });
  const take = (id: string | undefined, status: string, current?: number, total?: number) => {
    target.take({ id, status, progressDetail: { current, total } });
    now += stepMs;
  };
  return { target, reports, take };
}

describe('PullMeter', () => {
  it('X5: adds the layers up; the total is unknown until every layer has one', () => {
    const { reports, take } = meter(1_000);
    take('latest', 'Pulling from library/game');
    take('a', 'Pulling fs layer');
    take('b', 'Pulling fs layer');
    take('c', 'Already exists');
    take('a', 'Downloading', 10, 100);
    take('b', 'Downloading', 5, 50);
    take('a', 'Download complete');
    take('b', 'Downloading', 50, 50);
    take('b', 'Download complete');
    take('a', 'Extracting', 1, 100);
    take('a', 'Pull complete');
    take('b', 'Pull complete');
    expect(reports.map(({ current, total }) => [current, total])).toEqual([
      [0, null],
      [0, null],
      [0, null],
      [0, null],
      [10, null],
      [15, 150],
      [105, 150],
      [150, 150],
      [150, 150],
      [150, 150],
      [150, 150],
      [150, 150],
    ]);
    expect(reports.at(-1)?.text).toBe('Pull complete (3 of 3 layers done)');
  });

  it('X5: reports at most five times a second, and the last figures at the end', () => {
    const { target, reports, take } = meter(10);
    for (let index = 1; index <= 100; index += 1) take('a', 'Downloading', index, 100);
    expect(reports).toHaveLength(5);
    target.end();
    expect(reports.at(-1)).toMatchObject({ current: 100, total: 100 });
    target.end();
    expect(reports).toHaveLength(6);
  });

  it('A6: never goes back, also when a layer is fetched again', () => {
    const { reports, take } = meter(1_000);
    take('a', 'Downloading', 80, 100);
    take('a', 'Retrying in 5 seconds');
    take('a', 'Downloading', 10, 100);
    expect(reports.map((one) => one.current)).toEqual([80, 80, 80]);
  });

  it("A6: a failure in the stream is thrown with the engine's words", () => {
    const { target } = meter(1);
    const message = { errorDetail: { message: 'manifest unknown' }, error: 'manifest unknown' };
    expect(() => target.take(message)).toThrow('Could not pull game:1: manifest unknown');
  });
});

describe('JsonLines', () => {
  function parse(chunks: Buffer[], maxLine = 1_000) {
    const values: unknown[] = [];
    const skipped: string[] = [];
    const lines = new JsonLines({ maxLine, onSkipped: (reason) => skipped.push(reason) });
    for (const chunk of chunks) lines.push(chunk, (value) => values.push(value));
    lines.end((value) => values.push(value));
    return { values, skipped };
  }

  it('gives back any values from any chunking, characters of several bytes too', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.array(fc.nat()), (list, places) => {
        const texts = list.map((value) => JSON.stringify(value));
        const { values, skipped } = parse(cut(Buffer.from(texts.join('\n')), places), 1e6);
        expect(values.map((value) => JSON.stringify(value))).toEqual(texts);
        expect(skipped).toEqual([]);
      }),
    );
  });

  it('skips a line that is too long or no JSON, and goes on after it', () => {
    const long = JSON.stringify('x'.repeat(2_000));
    const { values, skipped } = parse([
      Buffer.from(`1\n${long.slice(0, 700)}`),
      Buffer.from(`${long.slice(700)}\n2\nnot json\n3`),
    ]);
    expect(values).toEqual([1, 2, 3]);
    expect(skipped).toHaveLength(2);
  });
});
