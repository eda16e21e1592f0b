import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import type { StreamName } from '../docker/contract.ts';
import { Scope } from '../lib/scope.ts';
import { HandOver } from './hand-over.ts';
import { StreamSync } from './stream-sync.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const timeOf = (ms: number): string => `${new Date(start + ms).toISOString().slice(0, 23)}000000Z`;

beforeEach(() => {
  vi.useFakeTimers({ now: start });
  onTestFinished(() => void vi.useRealTimers());
});

function begin() {
  const scope = new Scope();
  onTestFinished(() => scope.close());
  const make = (): StreamSync => new StreamSync({ logStart: 0, consumed: 0, tail: null, deliver: () => {} });
  const stdout = make();
  const stderr = make();
  const world = { stdout, stderr, isReading: false, stalled: 0, printed: 0 };
  const syncs = new Map<StreamName, StreamSync>([
    ['stdout', stdout],
    ['stderr', stderr],
  ]);
  const handOver = new HandOver({
    syncs,
    isDue: () => [...syncs.values()].some(({ mode }) => mode !== 'live'),
    isReading: () => world.isReading,
    onStalled: () => {
      world.stalled += 1;
    },
    scope,
  });
  for (const sync of syncs.values()) {
    sync.logIdle(false);
    sync.attached(timeOf(0));
  }
  return { world, handOver, stdout, stderr };
}

/** A line every 10 ms for `ms`, out of the log and out of the attachment. */
async function print({ world, handOver }: ReturnType<typeof begin>, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10) {
    const line = Buffer.from(`this is line ${++world.printed}\n`);
    const now = Date.now() - start;
    world.stdout.fromAttachment(line, now);
    world.stdout.fromLog(line, timeOf(now));
    handOver.liveCame();
    handOver.logCame(timeOf(now));
    await vi.advanceTimersByTimeAsync(10);
  }
}

it('S14 a stream that says nothing does not keep the log being read beside another that is never silent', async () => {
  const scene = begin();
  await print(scene, 1000);
  expect([scene.stdout.mode, scene.stderr.mode]).toEqual(['live', 'passing']);
  await print(scene, 2000);
  expect(scene.stderr.mode).toBe('live');
});

it('what the log has just now being unknown is no silence', async () => {
  const scene = begin();
  scene.world.isReading = true;
  scene.handOver.soon();
  await vi.advanceTimersByTimeAsync(2000);
  expect(scene.stderr.mode).toBe('passing');
  scene.world.isReading = false;
  await vi.advanceTimersByTimeAsync(100);
  expect(scene.stderr.mode).toBe('live');
});

it('the log is looked at anew when only the attachment brings something', async () => {
  const { world, handOver, stdout } = begin();
  handOver.logCame(timeOf(0));
  for (let ms = 0; ms < 3000; ms += 100) {
    stdout.fromAttachment(Buffer.from(`this is line ${ms}\n`), ms);
    handOver.liveCame();
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(world.stalled).toBeGreaterThanOrEqual(2);
});
