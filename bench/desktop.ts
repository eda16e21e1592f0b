import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ApiClient } from '../tests/support/api-client.ts';
import { type Desktop, launchDesktop, openScreen, unpackagedApp } from '../tests/support/desktop.ts';
import { desktopUser } from '../tests/support/electron.ts';
import { removeTree } from '../tests/support/remove-tree.ts';
import { until } from '../tests/support/until.ts';
import type { Context, Scenario } from './context.ts';
import { delay, memory, privateMb } from './meter.ts';
import { SocketReader } from './socket-reader.ts';

const connection = z.object({ url: z.string(), token: z.string() });
const volumeReply = z.object({ volume_id: z.string() });
const stateReply = z.object({ state: z.string() });
const delays = z.object({ p99: z.number(), max: z.number() });
const logsReply = z.object({ data: z.string() });
const clients = 20;
/** Without a frame for so long a client has all that it will get, in ms. */
const quietMs = 1000;
const mark = 'END-OF-FLOOD';
const text = 'the quick brown fox jumps over the lazy dog and over it and over it.';
const command = `while read -r n; do yes '${text}' | head -c "$n"; echo ${mark}; done`;

/** The desktop app itself: how long until its window is there, and whether a flood in its main process makes it sluggish. */
export const desktop: Scenario = async (context: Context) => {
  const { disposers, quick, say, setup, engine } = context;
  const onEnd = (dispose: () => void | Promise<void>): void => disposers.add('desktop', dispose);
  const app = unpackagedApp(onEnd);
  const display = await openScreen(onEnd);
  const dataDir = mkdtempSync(join(tmpdir(), 'lightdeck-bench-'));
  onEnd(() => removeTree(dataDir));
  const user = desktopUser();
  if (user !== null) await chown(dataDir, user, user);
  const request = { ...app, display, dataDir, onEnd };

  const starts: number[] = [];
  for (let round = 0; round < (quick ? 1 : 4); round += 1) {
    say(`starting the app, round ${round + 1}`);
    const began = performance.now();
    const started = await launchDesktop(request);
    await until(() =>
      started.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() === true),
    );
    starts.push(performance.now() - began);
    await started.app.close();
  }

  const open = await launchDesktop(request);
  // Nobody is there to be asked.
  await open.window.evaluate("window.lightdeck.changePreferences({ on_quit: 'leave' })");
  const { url, token } = connection.parse(await open.window.evaluate('window.lightdeck.connection()'));
  const api = new ApiClient({ url, token });
  const id = `bench-desk-${randomBytes(3).toString('hex')}`;
  onEnd(() => engine.remove(`lightd-${id}`));
  const { volume_id } = (await api.post('/volumes')).parse(volumeReply, 201);
  const body = { internal_id: id, image: setup.image, volume_id, startup_command: command, tty: false };
  (await api.post('/containers', body)).expect(200);
  const reach = (state: string) =>
    until(async () => (await api.get(`/containers/${id}`)).parse(stateReply).state === state);
  await reach('installed');
  (await api.post(`/containers/${id}/start`)).expect(200);
  await reach('running');
  await open.window.evaluate(`location.assign('app://local/servers/${id}')`);
  await open.window.locator('.terminal.xterm').waitFor();
  await delay(3000);
  const ownMb = privateMb(open.pid);
  const { residentMb } = memory(open.pid);

  say('measuring the main loop at rest');
  const idle = await loopDelay(open, () => delay(quick ? 2000 : 10_000));
  say(`a flood for ${clients} clients and the window`);
  const bytes = quick ? 6e6 : 60e6;
  const flood = await loopDelay(open, () => floodOnce({ url, token, id, bytes }));
  await open.app.close();
  return {
    title: `Desktop: the main process of Electron ${process.versions.electron ?? ''}`.trim(),
    figures: [
      {
        key: 'desktop.start',
        what: 'start to visible window (median)',
        unit: 'ms',
        value: [...starts].sort((a, b) => a - b)[Math.floor(starts.length / 2)] ?? Number.NaN,
        target: { of: 'value', atMost: 2500 },
      },
      {
        key: 'desktop.memory',
        what: 'memory of main, its own',
        unit: 'MB',
        value: ownMb,
        target: { of: 'value', atMost: 150 },
      },
      {
        key: 'desktop.resident',
        what: '… with what it shares (Chromium’s code)',
        unit: 'MB',
        value: residentMb,
      },
      {
        key: 'desktop.loop',
        what: `main loop's delay in a flood of ${bytes / 1e6} MB, p99`,
        unit: 'ms',
        value: flood.p99,
        raw: idle.p99,
        target: { of: 'value', atMost: 16 },
      },
      { key: 'desktop.loop-max', what: '… at most', unit: 'ms', value: flood.max, raw: idle.max },
    ],
    notes: [
      'What stands in the column of the raw reader is the same app at rest.',
      'Started by Playwright under Xvfb on the runtime for tests, which is older than the one that ships.',
    ],
  };
};

/** Delay of the main process's loop while `work` is done, in ms. */
async function loopDelay({ app }: Desktop, work: () => Promise<void>): Promise<z.infer<typeof delays>> {
  await app.evaluate(() => {
    const { monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks');
    const histogram = monitorEventLoopDelay({ resolution: 1 });
    histogram.enable();
    Object.assign(globalThis, { benchDelay: histogram });
  });
  await work();
  return delays.parse(
    await app.evaluate(() => {
      const histogram: unknown = Reflect.get(globalThis, 'benchDelay');
      if (!(histogram instanceof Object) || !('percentile' in histogram)) return null;
      const { percentile } = histogram;
      const p99: unknown = typeof percentile === 'function' ? percentile.call(histogram, 99) : 0;
      return { p99: Number(p99) / 1e6, max: Number(Reflect.get(histogram, 'max')) / 1e6 };
    }),
  );
}

interface Flood {
  url: string;
  token: string;
  id: string;
  bytes: number;
}

/** Until its end is in the history and each client has been quiet for a while: one that was too slow has a gap instead of the end. */
async function floodOnce({ url, token, id, bytes }: Flood): Promise<void> {
  let last = performance.now();
  const readers = await Promise.all(
    Array.from({ length: clients }, () =>
      SocketReader.open({ url, token, path: `/ws/${id}?duplicate=false` }, () => {
        last = performance.now();
      }),
    ),
  );
  const api = new ApiClient({ url, token });
  const hasEnded = async (): Promise<boolean> =>
    (await api.get(`/containers/${id}/logs?lines=1`)).parse(logsReply).data.includes(mark);
  readers[0]?.send({ event: 'send_command', command: `${bytes}\n` });
  await until(async () => performance.now() - last > quietMs && (await hasEnded()), {
    timeoutMs: 120_000,
    everyMs: 500,
  });
  for (const reader of readers) reader.close();
}
