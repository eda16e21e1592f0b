import { expect, it, onTestFinished, vi } from 'vitest';
import { FakeEngine } from '../../tests/support/fake-engine.ts';
import type { LogEntry, StreamName } from '../docker/contract.ts';
import { silentLog } from '../lib/log.ts';
import { Scope } from '../lib/scope.ts';
import { AnchorRecorder } from './anchor-recorder.ts';
import type { LogAnchor } from './contract.ts';
import { TailBuffer } from './tail-buffer.ts';

const lineBytes = 100;
const line = (n: number): Buffer => Buffer.from(`${String(n).padStart(lineBytes - 1, '0')}\n`);
const timeOf = (n: number): string => `2026-01-01T00:00:00.${String(n).padStart(9, '0')}Z`;

/** A live console that brings `perMs` lines in each ms, and its log, which has them at the same time. */
function flood({ perMs, tailBytes }: { perMs: number; tailBytes: number }) {
  vi.useFakeTimers();
  const scope = new Scope();
  onTestFinished(() => {
    scope.close();
    vi.useRealTimers();
  });
  const tail = new TailBuffer(tailBytes);
  const tails = new Map<StreamName, TailBuffer>([['stdout', tail]]);
  let printed = 0;
  const engine = new FakeEngine();
  engine.readLog = async function* (_id, { tail: count = 0 }) {
    const first = Math.max(0, printed - count);
    yield Array.from(
      { length: printed - first },
      (_, index): LogEntry => ({ stream: 'stdout', time: timeOf(first + index), data: line(first + index) }),
    );
  };
  const anchors: LogAnchor[] = [];
  const consumed = () => ({ container: 'id', stdout: printed * lineBytes, stderr: 0 });
  const recorder = new AnchorRecorder({
    engine: () => engine,
    containerId: 'id',
    tty: true,
    note: (_consumed, anchor) => void anchors.push(anchor),
    tails,
    consumed,
    isLive: () => true,
    scope,
    log: silentLog,
  });
  recorder.start();
  const run = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 1) {
      for (let count = 0; count < perMs; count += 1) tail.push(line(printed++));
      await vi.advanceTimersByTimeAsync(1);
    }
  };
  return { run, anchors };
}

it('S14 an anchor is found in a flood, whose text is gone a moment later', async () => {
  const { run, anchors } = flood({ perMs: 20, tailBytes: 64 * 1024 });
  await run(1200);
  expect(anchors).toHaveLength(1);
  const [anchor] = anchors;
  expect(anchor?.stdout).toBe(Number(anchor?.time.slice(20, 29)) * lineBytes);
});

it('S14 in a flood there is a new one every second, since the log is soon rotated past an old one', async () => {
  const { run, anchors } = flood({ perMs: 20, tailBytes: 64 * 1024 });
  await run(5500);
  expect(anchors.length).toBeGreaterThanOrEqual(5);
});

it('otherwise every ten seconds', async () => {
  const { run, anchors } = flood({ perMs: 1, tailBytes: 256 * 1024 });
  await run(9000);
  expect(anchors).toHaveLength(1);
  await run(3000);
  expect(anchors).toHaveLength(2);
});
