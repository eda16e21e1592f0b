import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Alert, maxInMessage, maxWaiting, type TargetDefinition } from '../../shared/model/alert.ts';
import { FakeClock } from '../../tests/support/fake-clock.ts';
import { startPanel, type TestPanel } from '../../tests/support/panel.ts';
import { tempDir } from '../../tests/support/temp.ts';
import { silentLog } from '../lib/log.ts';
import { openSqliteStore, type SqliteStore } from '../store/sqlite-store.ts';
import { Alerts } from './alerts.ts';
import { deliver } from './courier.ts';
import { alertTables } from './tables.ts';

const secret = 'the-secret-of-the-test';
const minute = 60_000;

let disposers: (() => void | Promise<void>)[];
let web: TestPanel;
let clock: FakeClock;
let path: string;
let store: SqliteStore;
let alerts: Alerts;
let underWay: number;
let logged: string[];

beforeEach(async () => {
  disposers = [];
  const onEnd = (dispose: () => void | Promise<void>) => void disposers.push(dispose);
  underWay = 0;
  logged = [];
  path = `${tempDir(onEnd)}/lightdeck.db`;
  clock = new FakeClock({ onEnd, busy: () => underWay });
  web = await startPanel(onEnd);
  open();
});
afterEach(async () => {
  await alerts.close();
  store.close();
  for (const dispose of disposers.reverse()) await dispose();
});

function open(): void {
  store = openSqliteStore({ path, log: silentLog });
  const write = (details: object, message: string) =>
    void logged.push(`${message} ${JSON.stringify(details)}`);
  alerts = new Alerts({
    tables: store.tables(alertTables),
    host: 'attic',
    now: clock.now,
    log: { debug: write, info: write, warn: write, error: write },
    onChange() {},
    async deliver(...call) {
      const weight = call[0].definition.url.endsWith('/never') ? 0 : 1;
      underWay += weight;
      return deliver(...call).finally(() => {
        underWay -= weight;
      });
    },
  });
}

/** As when the host is ended and started again. */
async function restart(): Promise<void> {
  await alerts.close();
  store.close();
  open();
}

const target = (more: Partial<TargetDefinition> = {}): string =>
  alerts.create({ ...definition(), url: `${web.url}/abcdefghijklmnop/update`, ...more }, true).id;

const alert = (title: string, more: Partial<Alert> = {}): Alert => ({
  event: 'crashed',
  at: clock.now(),
  server: { id: 'mc', name: 'Lobby' },
  title,
  detail: 'exit code 1',
  ...more,
});
const tell = (...titles: string[]): void => {
  for (const title of titles) alerts.tell(alert(title));
};

const letter = z.object({
  id: z.string(),
  host: z.string(),
  dropped: z.number(),
  alerts: z.array(z.object({ title: z.string() })),
});
/** What was asked for at that path, taken or not. */
const asked = () => web.requests.map(({ body }) => letter.parse(JSON.parse(body)));
const titlesOf = (messages: z.output<typeof letter>[]) =>
  messages.map(({ alerts: all }) => all.map(({ title }) => title));
/** All messages that were taken, as lists of titles. */
const taken = () => titlesOf(web.taken.map((body) => letter.parse(body)));
const numbered = (count: number) => Array.from({ length: count }, (_, n) => `alert ${n + 1}`);
const state = (id: string) => alerts.get(id).state;

describe('N3: what happens within the gathering time is one message', () => {
  test('several become one, the next ones another; each is told once', async () => {
    const id = target();
    tell('one');
    await clock.run(4000);
    tell('two');
    await clock.run(5000);
    expect(taken()).toEqual([]);
    await clock.run(2000);
    expect(taken()).toEqual([['one', 'two']]);
    tell('three');
    await clock.run(minute);
    expect(taken()).toEqual([['one', 'two'], ['three']]);
    expect(state(id)).toMatchObject({ waiting: 0, dropped: 0, problem: null, next_try: null });
    expect(alerts.deliveries(id)).toMatchObject([
      { result: 'delivered', status: 200, attempts: 1, alerts: 1, title: 'three' },
      { result: 'delivered', alerts: 2, title: 'one' },
    ]);
  });

  test('with 0 each goes at once; a flood goes in messages of bounded size', async () => {
    target({ gather: 0 });
    tell('now');
    await clock.run(1);
    expect(taken()).toEqual([['now']]);
    tell(...numbered(maxInMessage * 2 + 1));
    await clock.run(100);
    expect(taken().flat()).toEqual(['now', ...numbered(maxInMessage * 2 + 1)]);
    expect(Math.max(...taken().map(({ length }) => length))).toBe(maxInMessage);
  });

  test('only what was chosen, of the servers that were chosen; what is about the host always', async () => {
    target({ servers: ['mc'], events: ['crashed', 'engine_lost'] });
    target({ enabled: false });
    tell('wanted');
    alerts.tell(alert('of another', { server: { id: 'other', name: 'Other' } }));
    alerts.tell(alert('not chosen', { event: 'started' }));
    alerts.tell(alert('out of memory is a crash, too', { event: 'out_of_memory' }));
    alerts.tell(alert('host', { event: 'engine_lost', server: null }));
    await clock.run(minute);
    expect(taken()).toEqual([['wanted', 'out of memory is a crash, too', 'host']]);
  });
});

describe('N4: a message can be told from a forged one', () => {
  test('signed over time and body, and named by an id', async () => {
    target();
    tell('one');
    await clock.run(minute);
    const [request] = web.requests;
    if (!request) throw new Error('nothing came');
    const { headers, body } = request;
    const timestamp = String(headers['x-lightdeck-timestamp']);
    const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
    expect(headers['x-lightdeck-signature']).toBe(`sha256=${signature}`);
    expect(headers['x-lightdeck-delivery']).toBe(asked()[0]?.id);
    expect(JSON.parse(body)).toMatchObject({
      host: 'attic',
      dropped: 0,
      alerts: [
        { event: 'crashed', server: { id: 'mc', name: 'Lobby' }, title: 'one', detail: 'exit code 1' },
      ],
    });
  });
});

describe('N5: a target in trouble misses nothing, and gets nothing twice', () => {
  test('down for an hour, the host restarted meanwhile: all comes, once, in order', async () => {
    const id = target();
    await web.stop();
    const titles = numbered(30);
    for (const title of titles.slice(0, 15)) {
      tell(title);
      await clock.run(2 * minute);
    }
    expect(state(id)).toMatchObject({ waiting: 15, problem: expect.stringContaining('ECONNREFUSED') });
    await restart();
    for (const title of titles.slice(15)) {
      tell(title);
      await clock.run(2 * minute);
    }
    await web.start();
    await clock.run(15 * minute);
    expect(taken().flat()).toEqual(titles);
    expect(state(id)).toMatchObject({ waiting: 0, dropped: 0, problem: null });
    expect(alerts.deliveries(id).map(({ result }) => result)).not.toContain('failed');
  });

  test('what is tried again is the same message under the same id', async () => {
    target();
    let count = 0;
    web.update = (_request, response) => {
      count += 1;
      if (count === 1) response.destroy();
      else response.writeHead(204).end();
    };
    tell('one');
    await clock.run(11_000);
    tell('two');
    await clock.run(minute);
    expect(titlesOf(asked())).toEqual([['one'], ['one'], ['two']]);
    expect(asked()[0]?.id).toBe(asked()[1]?.id);
  });

  test('429: it is left alone for as long as it asks, and not longer', async () => {
    const id = target({ gather: 0 });
    web.update = (_request, response) => response.writeHead(429, { 'retry-after': '300' }).end();
    tell('one');
    await clock.run(1000);
    expect(state(id)).toMatchObject({ problem: 'it answered 429 (too many messages)', waiting: 1 });
    expect(state(id).next_try).toBeGreaterThan(clock.now() + 290_000);
    web.update = 200;
    tell('two');
    await clock.run(280_000);
    expect(web.requests).toHaveLength(1);
    await clock.run(20_000);
    expect(taken()).toEqual([['one'], ['two']]);
  });

  test.each([500, 404, 401, 302])(
    '%d for a while: it is tried again, less and less often',
    async (status) => {
      target();
      web.update = status;
      tell('one');
      await clock.run(60 * minute);
      const tries = web.requests.length;
      expect(tries).toBeGreaterThan(8);
      expect(tries).toBeLessThan(25);
      web.update = 200;
      await clock.run(11 * minute);
      expect(taken()).toEqual([['one']]);
    },
  );

  test('a redirect is not followed, wherever it leads', async () => {
    target();
    const other = await startPanel((dispose) => disposers.push(dispose));
    web.update = (_request, response) => response.writeHead(307, { location: `${other.url}/update` }).end();
    tell('one');
    await clock.run(5 * minute);
    expect(web.requests.length).toBeGreaterThan(1);
    expect(other.requests).toEqual([]);
  });

  test('a message that is refused for good is given up, and the next ones get there', async () => {
    const id = target();
    web.update = 400;
    tell('bad');
    await clock.run(5 * minute);
    expect(alerts.deliveries(id)).toMatchObject([
      { result: 'failed', status: 400, attempts: 3, title: 'bad' },
    ]);
    web.update = 200;
    tell('good');
    await clock.run(minute);
    expect(taken()).toEqual([['good']]);
  });

  test('one that never answers is given up after ten seconds, and holds no other up', async () => {
    const slow = target({ url: `${web.url}/update/slow` });
    target();
    const never = await startPanel((dispose) => disposers.push(dispose));
    never.update = () => {};
    alerts.change(slow, { url: `${never.url}/never` }, true);
    tell('one');
    await clock.run(10_100);
    expect(taken()).toEqual([['one']]);
  });

  test('more than is kept: the oldest are left out, and it is said how many', async () => {
    const id = target();
    await web.stop();
    tell(...numbered(maxWaiting + 7));
    await clock.run(minute);
    expect(state(id)).toMatchObject({ waiting: maxWaiting, dropped: 7 });
    await restart();
    await web.start();
    await clock.run(30 * minute);
    expect(asked()[0]?.dropped).toBe(7);
    expect(taken().flat()).toEqual(numbered(maxWaiting + 7).slice(7));
    expect(
      asked()
        .slice(1)
        .every(({ dropped }) => dropped === 0),
    ).toBe(true);
    expect(state(id).dropped).toBe(0);
  });

  test('after a day it is no news any more', async () => {
    const id = target();
    web.update = 500;
    tell('old');
    await clock.run(25 * 60 * minute);
    expect(state(id)).toMatchObject({ waiting: 0, dropped: 1 });
    web.update = 200;
    tell('new');
    await clock.run(15 * minute);
    expect(taken()).toEqual([['new']]);
    expect(alerts.deliveries(id)).toMatchObject([{ result: 'delivered' }, { result: 'dropped', alerts: 1 }]);
  });

  test('the log names the trouble once, and no secret', async () => {
    target();
    web.update = 500;
    tell('one');
    await clock.run(60 * minute);
    expect(logged).toEqual([expect.stringContaining('it answered 500')]);
    expect(logged.join()).not.toMatch(/abcdefgh|the-secret/);
  });
});

describe('N2: quiet hours', () => {
  test('what happens in them is told at their end, in one; a test is sent all the same', async () => {
    const day = 24 * 60 * minute;
    // To 21:59 there.
    await clock.run(day + (16 * 60 + 29) * minute - (clock.now() % day));
    const id = target({ quiet: { from: '22:00', to: '07:00', time_zone: 'Asia/Kolkata' } });
    tell('before');
    await clock.run(30_000);
    expect(taken()).toEqual([['before']]);
    await clock.run(minute);
    tell('in the night');
    await clock.run(60 * minute);
    expect(await alerts.test(id)).toMatchObject({ ok: true, status: 200, problem: null });
    tell('later in the night');
    await clock.run(8 * 60 * minute - 5 * minute);
    expect(taken().slice(2)).toEqual([]);
    await clock.run(5 * minute);
    expect(taken().slice(2)).toEqual([['in the night', 'later in the night']]);
  });
});

describe('N6: a test says what was answered', () => {
  test('refused, down, and well again: then what waits is sent at once', async () => {
    const id = target();
    web.update = 403;
    expect(await alerts.test(id)).toMatchObject({
      ok: false,
      status: 403,
      problem: 'it answered 403 (not allowed)',
    });
    tell('waits');
    await clock.run(30 * minute);
    await web.stop();
    expect(await alerts.test(id)).toMatchObject({
      ok: false,
      status: null,
      problem: expect.stringContaining('ECONNREFUSED'),
    });
    web.update = 200;
    await web.start();
    expect(await alerts.test(id)).toMatchObject({ ok: true, status: 200, problem: null });
    await clock.run(1000);
    expect(taken().at(-1)).toEqual(['waits']);
  });

  test('an address within the machine’s own networks, set by somebody else than its owner, is not asked', async () => {
    for (const host of [
      '127.0.0.1',
      'localhost',
      '[::1]',
      '0.0.0.0',
      '169.254.169.254',
      '[::ffff:127.0.0.1]',
      '2130706433',
    ]) {
      const url = web.url.replace('127.0.0.1', host);
      const { id } = alerts.create({ ...definition(), url: `${url}/update` }, false);
      expect(await alerts.test(id)).toMatchObject({
        ok: false,
        problem: expect.stringContaining('master token'),
      });
      await alerts.remove(id);
    }
    expect(web.requests).toEqual([]);
  });
});

function definition(): TargetDefinition {
  return {
    name: 'mine',
    form: 'json',
    url: `${web.url}/update`,
    secret,
    enabled: true,
    events: ['crashed', 'started'],
    servers: null,
    quiet: null,
    gather: 10,
  };
}
