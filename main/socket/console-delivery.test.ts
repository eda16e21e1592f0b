import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tempDir } from '../../tests/support/temp.ts';
import { until } from '../../tests/support/until.ts';
import { ConsoleOutput } from '../console/console-output.ts';
import type { ConsoleHistory, Consumed } from '../console/contract.ts';
import { openHistory } from '../console/history.ts';
import { Limiter } from '../lib/limiter.ts';
import { silentLog } from '../lib/log.ts';
import { ConsoleDelivery, type ConsoleSource } from './console-delivery.ts';
import { FakeOutlet, type Message } from './socket.test-helper.ts';

const consumed: Consumed = { container: 'c', stdout: 0, stderr: 0 };

interface World {
  output: ConsoleOutput;
  source: ConsoleSource & { isCaughtUp: boolean; mayLackLine: boolean };
  print: (text: string) => void;
  join: (options?: { after?: number; twins?: boolean }) => { outlet: FakeOutlet; delivery: ConsoleDelivery };
}

/** Real history, real output; a client that can be full. */
async function makeWorld(wrap = (history: ConsoleHistory): ConsoleHistory => history): Promise<World> {
  const history = await openHistory({ dir: tempDir(), log: silentLog });
  onTestFinished(() => history.close());
  const deliveries = new Set<ConsoleDelivery>();
  const onError = (error: unknown): void => {
    throw error;
  };
  const output = new ConsoleOutput({ history: wrap(history), audience: () => deliveries.size, onError });
  output.onBatch((batch) => {
    for (const delivery of deliveries) delivery.batch(batch);
  });
  const source = { output, isCaughtUp: true, mayLackLine: false };
  return {
    output,
    source,
    print: (text) => output.append(Buffer.from(text), consumed),
    join: ({ after, twins = false } = {}) => {
      output.flush();
      const outlet = new FakeOutlet();
      const delivery = new ConsoleDelivery({ connection: outlet, source, twins, logReads: new Limiter(1) });
      deliveries.add(delivery);
      if (after !== undefined) delivery.resume(after);
      return { outlet, delivery };
    },
  };
}

/** The text as the client has it, from `from` on; missing bytes, told as gaps, are dots. Throws where something is missing or twice. */
function assembled(messages: Message[], from: number): string {
  let text = '';
  for (const { event, data, offset, from: start, to } of messages) {
    const at = from + Buffer.byteLength(text);
    if (event === 'gap') {
      expect(start).toBe(at);
      text += '.'.repeat((to ?? 0) - (start ?? 0));
    } else if (event === 'console') {
      expect(offset).toBe(at);
      text += String(data);
    }
  }
  return text;
}

const names = (messages: Message[]): string[] => messages.map(({ event }) => event);
const message = (data: string) => ({ event: 'daemon_message', data }) as const;

describe('console to one client', () => {
  it('S8 live: every text as it comes, with its offset, and events in between at their place', async () => {
    const { print, output, join } = await makeWorld();
    print('before\n');
    const { outlet, delivery } = join();
    print('one\n');
    output.flush();
    delivery.event(message('hello'));
    print('two\n');
    output.flush();
    expect(outlet.messages).toEqual([
      { event: 'console', data: 'one\n', offset: 7 },
      { event: 'daemon_message', data: 'hello' },
      { event: 'console', data: 'two\n', offset: 11 },
    ]);
  });

  it('X3 after: what was missed comes from the history, then the live text, without a hole', async () => {
    const { print, output, join } = await makeWorld();
    print('0123456789');
    const { outlet } = join({ after: 4 });
    print('abc');
    output.flush();
    await until(() => assembled(outlet.messages, 4) === '456789abc');
    print('live');
    output.flush();
    expect(assembled(outlet.messages, 4)).toBe('456789abclive');
  });

  it('S8 an event during a replay comes after the text from before it', async () => {
    const { print, output, join } = await makeWorld();
    print('0123456789');
    const { outlet, delivery } = join({ after: 0 });
    delivery.event(message('in the middle'));
    print('abc');
    output.flush();
    await until(() => assembled(outlet.messages, 0) === '0123456789abc');
    expect(names(outlet.messages)).toEqual(['console', 'daemon_message', 'console']);
  });

  it('X3 an offset beyond the end: nothing is repeated while the host catches up', async () => {
    const { print, output, join, source } = await makeWorld();
    source.isCaughtUp = false;
    print('0123');
    const { outlet } = join({ after: 8 });
    print('4567');
    output.flush();
    print('89ab');
    output.flush();
    expect(outlet.messages).toEqual([{ event: 'console', data: '89ab', offset: 8 }]);
  });

  it('X3 an offset that is not ours is told, and the stream goes on from the end', async () => {
    const { print, output, join } = await makeWorld();
    print('0123');
    const { outlet } = join({ after: 100 });
    print('45');
    output.flush();
    expect(outlet.messages[0]?.data).toContain('beyond the end');
    expect(assembled(outlet.messages.slice(1), 4)).toBe('45');
  });

  it('X4 a full client gets a gap for what was dropped, before the next event', async () => {
    const { print, output, join } = await makeWorld();
    const { outlet, delivery } = join();
    outlet.isFull = true;
    print('lost');
    output.flush();
    delivery.event(message('state'));
    print('more');
    output.flush();
    outlet.drain();
    delivery.room();
    print('live');
    output.flush();
    expect(names(outlet.messages)).toEqual(['gap', 'daemon_message', 'gap', 'console']);
    expect(assembled(outlet.messages, 0)).toBe('........live');
  });

  it('S14 logs and the console meet without a hole and without an overlap', async () => {
    const { print, output, join } = await makeWorld();
    print('a\nb\nc\n');
    const { outlet, delivery } = join();
    expect(delivery.requestLogs(2, undefined)).toBeNull();
    print('d\n');
    output.flush();
    await until(() => names(outlet.messages).includes('logs'));
    print('e\n');
    output.flush();
    const logs = outlet.messages.findIndex(({ event }) => event === 'logs');
    const { data, to } = outlet.messages[logs] ?? {};
    expect(String(data).endsWith('\n')).toBe(true);
    await until(() => assembled(outlet.messages.slice(logs + 1), to ?? 0).endsWith('e\n'));
    expect(assembled(outlet.messages.slice(0, logs), 6)).toBe(to === 8 ? 'd\n' : '');
  });

  it('S14 at most 8 log requests wait', async () => {
    const { join } = await makeWorld();
    const { delivery } = join();
    const answers = Array.from({ length: 9 }, () => delivery.requestLogs(1, undefined));
    expect(answers.slice(0, 8)).toEqual(Array(8).fill(null));
    expect(answers[8]).toContain('too many');
  });

  it('a history that can not be read is told, what is missing is a gap, and the live text goes on', async () => {
    const broken = (history: ConsoleHistory): ConsoleHistory =>
      Object.create(history, { read: { value: () => Promise.reject(new Error('EIO')) } });
    const { print, output, join } = await makeWorld(broken);
    print('0123456789');
    const { outlet, delivery } = join({ after: 2 });
    delivery.event(message('held'));
    await until(() => outlet.messages.length >= 3);
    print('live');
    output.flush();
    expect(names(outlet.messages)).toEqual(['daemon_message', 'gap', 'daemon_message', 'console']);
    expect(assembled(outlet.messages, 2)).toBe('........live');
  });

  it('after close nothing comes any more, not even what was asked for before', async () => {
    const { print, join, output } = await makeWorld();
    print('a\nb\n');
    const { outlet, delivery } = join({ after: 0 });
    delivery.requestLogs(1, undefined);
    delivery.close();
    const other = join({ after: 0 });
    await until(() => assembled(other.outlet.messages, 0) === 'a\nb\n');
    output.flush();
    await new Promise((resolve) => setImmediate(resolve));
    expect(outlet.messages).toEqual([]);
  });

  it('property: whatever comes in between, the client has every byte once, or a gap that says which not', async () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.constant('print' as const) },
      ...(['flush', 'event', 'fill', 'drain', 'logs', 'wait'] as const).map((name) => ({
        weight: 2,
        arbitrary: fc.constant(name),
      })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.nat(12), async (steps, after) => {
        const { print, output, join } = await makeWorld();
        print('start\nstart\n');
        const { outlet, delivery } = join({ after, twins: true });
        let printed = 'start\nstart\n';
        for (const [index, name] of steps.entries()) {
          if (name === 'print') {
            printed += `line ${index} é\n`;
            print(`line ${index} é\n`);
          } else if (name === 'flush') output.flush();
          else if (name === 'event') {
            output.flush();
            delivery.event(message(String(Buffer.byteLength(printed))));
          } else if (name === 'fill') outlet.isFull = true;
          else if (name === 'drain') {
            outlet.drain();
            delivery.room();
          } else if (name === 'logs') delivery.requestLogs(3, undefined);
          else await new Promise((resolve) => setImmediate(resolve));
        }
        const end = Buffer.byteLength(printed);
        await until(
          () => {
            outlet.drain();
            output.flush();
            delivery.room();
            return reached(outlet.messages, after) === end;
          },
          { everyMs: 1 },
        );
        check(outlet.messages, { after, printed });
      }),
      { numRuns: 60 },
    );
  });
});

/** Offset up to which the client has text or knows of a gap. */
function reached(messages: Message[], after: number): number {
  return messages.reduce((at, { event, data, offset, to }) => {
    if (event === 'console') return (offset ?? 0) + Buffer.byteLength(String(data));
    return event === 'gap' || event === 'logs' ? (to ?? at) : at;
  }, after);
}

function check(messages: Message[], { after, printed }: { after: number; printed: string }): void {
  const bytes = Buffer.from(printed);
  let at = after;
  for (const { event, data, offset, from, to } of messages) {
    if (event === 'console') {
      expect(offset).toBe(at);
      at += Buffer.byteLength(String(data));
      expect(bytes.toString('utf8', offset, at)).toBe(data);
    } else if (event === 'gap') {
      expect(from).toBe(at);
      at = to ?? 0;
    } else if (event === 'logs') {
      expect(to).toBe(at);
      expect(bytes.toString('utf8', from, to)).toBe(data);
    } else if (event === 'daemon_message') {
      expect(Number(data)).toBe(at);
    }
  }
}
