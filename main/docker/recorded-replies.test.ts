import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { recordedEngines } from '../../tests/support/recorded-engines.ts';
import { containerInfo } from './container-facts.ts';
import type { EngineEvent, LogEntry, PullProgress } from './contract.ts';
import { cut } from './cut.test-helper.ts';
import { isOfStopped, toEngineError } from './engine-errors.ts';
import { engineEvent } from './engine-events.ts';
import { imageFacts, localImages } from './image-facts.ts';
import { createLogReader } from './log-reader.ts';
import { publishedPorts } from './published-ports.ts';
import { PullMeter } from './pull-progress.ts';
import { statsReading } from './stats-reading.ts';

const fixtures = join(import.meta.dirname, '../../tests/fixtures/engines');
const answerSchema = z.object({ status: z.number(), body: z.unknown() });
const unknownRuns = { lastRunFrom: null, notAfter: null };

function readLog(bytes: Buffer, tty: boolean, places: number[]): { time: string; text: string }[] {
  const reader = createLogReader({ tty, runs: unknownRuns });
  const entries: LogEntry[] = [...cut(bytes, places).flatMap((chunk) => reader.push(chunk)), ...reader.end()];
  return entries.map(({ time, data }) => ({ time, text: data.toString() }));
}

function pulled(lines: unknown[]): PullProgress[] {
  const reports: PullProgress[] = [];
  let now = 0;
  const meter = new PullMeter({
    image: 'big:1',
    clock: () => now,
    onProgress: (progress) => reports.push(progress),
  });
  for (const line of lines) {
    meter.take(line);
    now += 1_000;
  }
  meter.end();
  return reports;
}

it('the recordings name no machine and no registry but loopback', () => {
  for (const engine of recordedEngines) {
    for (const reply of engine.replies) {
      const text = readFileSync(join(fixtures, engine.name, `${reply}.json`), 'utf8');
      expect(text, reply).not.toMatch(/"\/(work|home|tmp\/[a-z]{2,}|root\/)/);
      for (const [, registry] of text.matchAll(/"(?:Image|image|from)":"([^"/]+)\//g))
        expect(registry).toBe('127.0.0.1:9');
    }
  }
});

describe.each(recordedEngines)('what $name answered', (engine) => {
  const info = (reply: string) => containerInfo(engine.reply(reply));

  it('A7: a container in each of its states', () => {
    expect(info('inspect-created')).toMatchObject({
      name: 'fx-run',
      internalId: 'fx-run',
      hostId: 'fixture',
      role: 'server',
      status: 'created',
      running: false,
      exitCode: null,
      startedAt: null,
      finishedAt: null,
    });
    const running = info('inspect-running');
    expect(running).toMatchObject({ status: 'running', running: true, exitCode: null, oomKilled: false });
    expect(running.pid).toBeGreaterThan(0);
    expect(running.startedAt).toBeGreaterThan(Date.UTC(2026, 10, 29));
    expect(running.published).toEqual(['127.0.0.1:28899 → 80/tcp']);
    const exited = info('inspect-exited');
    expect(exited).toMatchObject({ status: 'exited', running: false, pid: null, exitCode: 143 });
    expect(exited.finishedAt).toBeGreaterThanOrEqual(exited.startedAt ?? Number.POSITIVE_INFINITY);
    expect(info('inspect-oom')).toMatchObject({ running: false, exitCode: 137, oomKilled: true });
    expect(info('inspect-oom-child')).toMatchObject({ running: false, exitCode: 0, oomKilled: true });
  });

  it('what running containers publish', () => {
    expect(publishedPorts(engine.reply('list-running'))).toContainEqual({
      name: 'fx-run',
      ip: '127.0.0.1',
      port: 28_899,
      protocol: 'tcp',
    });
  });

  it('S7: a reading of one that runs', () => {
    const reading = statsReading(engine.reply('stats-one-shot-running'));
    expect(reading?.memoryLimit).toBe(33_554_432);
    expect(reading?.memoryUsage).toBeGreaterThan(50_000);
    expect(reading?.memoryUsage).toBeLessThan(33_554_432);
    expect(reading?.cpuNanos).toBeGreaterThan(0);
    expect(reading?.at).toBeGreaterThan(Date.UTC(2026, 10, 29));
  });

  it('S10: each event with its time, in order; those of others are passed over', () => {
    const told = engine.events.flatMap((value) => {
      expect(engineEvent(value, 'another-host')).toBeNull();
      return engineEvent(value, 'fixture') ?? [];
    });
    expect(told.length).toBeGreaterThan(10);
    expect(told.map(({ nano }) => nano)).toEqual(told.map(({ nano }) => nano).sort((a, b) => a - b));
    const of = (name: string): EngineEvent[] =>
      told.flatMap(({ event }) => (event.internalId === name ? [event] : []));
    expect(of('fx-kill').map(({ type }) => type)).toEqual(
      expect.arrayContaining(['create', 'start', 'kill', 'die']),
    );
    expect(of('fx-kill').find(({ type }) => type === 'die')).toMatchObject({ exitCode: 137 });
    expect(of('fx-oom').find(({ type }) => type === 'die')).toMatchObject({ exitCode: 137 });
  });

  it('S14: its log, in whatever chunks it comes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 30 }), (places) => {
        const lines = readLog(engine.log('log-frames-timestamps'), false, places);
        const texts = lines.map(({ text }) => text);
        expect(texts).toContain('up\n');
        expect(texts).toContain('err\n');
        for (const { time } of lines) expect(time).toMatch(/^2026-11-29T\d\d:\d\d:\d\d\.\d{9}Z$/);
        const typed = readLog(engine.log('log-tty-timestamps'), true, places);
        expect(typed.map(({ text }) => text)).toEqual(['a\r\n', 'no end']);
      }),
      { numRuns: 30 },
    );
  });
});

const pulling = recordedEngines.filter((engine) => engine.has('pull-lines'));

describe.each(pulling)('what $name answered to a pull', (engine) => {
  it('X5: never goes back and ends whole', () => {
    const reports = pulled(engine.pull('pull-lines').lines);
    const figures = reports.map(({ current }) => current);
    expect(figures).toEqual([...figures].sort((a, b) => a - b));
    const last = reports.at(-1);
    if (!engine.isPodman) expect(last?.total).toBeGreaterThan(59_000_000);
    if (last?.total) expect(last.current).toBe(last.total);
  });
});

const listing = recordedEngines.filter((engine) => engine.has('list-images'));

describe.each(listing)('what $name told of images', (engine) => {
  it('E15: their names, ages and sizes', () => {
    const images = localImages(engine.reply('list-images'));
    const [told, busybox] = images;
    expect(images).toHaveLength(2);
    expect(told?.names).toEqual(['127.0.0.1:9/lightdeck-test/told:1']);
    expect(busybox?.names).toEqual(['127.0.0.1:9/lightdeck-test/busybox:1', 'lightdeck-test/other:2']);
    for (const { id, size, createdAt } of images) {
      expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(size).toBeGreaterThan(1_900_000);
      expect(createdAt).toBeGreaterThan(Date.UTC(2026, 10, 30));
    }
  });

  it('E13: what one says of itself', () => {
    expect(imageFacts(engine.reply('inspect-image'), '127.0.0.1:9/lightdeck-test/told:1')).toMatchObject({
      user: '1000',
      volumes: ['/data'],
      ports: [
        { port: 80, protocol: 'tcp' },
        { port: 90, protocol: 'udp' },
      ],
      workingDir: '/srv',
      stopSignal: 'SIGQUIT',
      healthCheck: null,
      entrypoint: ['/bin/sh', '-c'],
      command: ['httpd -f'],
      environment: { A: 'b' },
    });
  });
});

const podmen = recordedEngines.filter(({ isPodman }) => isPodman);

/** What docker-modem throws at such an answer. */
function thrown(statusCode: number, json: unknown): Error {
  return Object.assign(new Error(`(HTTP code ${statusCode}) refused - ${JSON.stringify(json)} `), {
    statusCode,
    json,
  });
}

describe.each(recordedEngines)('what $name refused', (engine) => {
  it('A3: a name that is taken is a conflict, an image that is missing is not found', () => {
    const taken = z.looseObject({ status: z.number() }).parse(engine.reply('create-name-taken'));
    expect(toEngineError(thrown(taken.status, taken), 'create container x').code).toBe('conflict');
    const gone = answerSchema.parse(engine.reply('create-no-image'));
    expect(toEngineError(thrown(gone.status, gone.body), 'create container x').code).toBe('not_found');
    const missing = answerSchema.parse(engine.reply('inspect-missing'));
    expect(missing.status).toBe(404);
    const ended = answerSchema.parse(engine.reply('kill-of-exited'));
    expect(ended.status).toBe(409);
  });

  it('C21: figures of one that has ended are none', () => {
    const reply = engine.reply('stats-one-shot-exited');
    const refusal = z.looseObject({ response: z.literal(500) }).safeParse(reply);
    if (refusal.success) expect(isOfStopped(thrown(500, reply))).toBe(true);
    else expect(statsReading(reply)).toBeNull();
    expect(isOfStopped(thrown(500, { message: 'something broke' }))).toBe(false);
  });
});

describe('what Podman alone does', () => {
  it.each(podmen)('S10: $name tells a removal in its own word', (engine) => {
    const removal = engine.events.find(({ Action }) => Action === 'remove');
    if (engine.name.endsWith('cgroup2')) expect(removal).toBeDefined();
    if (removal) expect(engineEvent(removal, 'fixture')?.event.type).toBe('destroy');
  });

  it.each(podmen.filter((engine) => engine.has('pull-lines')))(
    'X5: a pull by $name has no bytes, and so no sum of them',
    (engine) => {
      const reports = pulled(engine.pull('pull-lines').lines);
      expect(new Set(reports.map(({ total }) => total))).toEqual(new Set([null]));
      expect(reports.at(-1)?.text).toContain('layers');
    },
  );

  it('C7: a log with times of another zone', () => {
    const berlin = podmen.find((engine) => engine.has('log-tty-timestamps-berlin'));
    const bytes = berlin?.log('log-tty-timestamps-berlin') ?? Buffer.alloc(0);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 20 }), (places) => {
        expect(readLog(bytes, true, places)).toEqual([
          { time: '2026-11-29T19:17:09.381399014Z', text: 'one\r\n' },
          { time: '2026-11-29T19:17:09.914617405Z', text: 'two\r\n' },
        ]);
      }),
    );
  });
});
