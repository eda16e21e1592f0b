import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startUpdates, type UpdateNotice, type Updater } from './updates.ts';

const feedUrl = 'https://updates.example/lightdeck';
const log = pino({ level: 'silent' });

class FakeUpdater extends EventEmitter implements Updater {
  autoDownload = true;
  autoInstallOnAppQuit = true;
  logger: object | null = {};
  feed: string | null = null;
  looks = 0;
  installs: boolean[][] = [];
  /** What an AppImage is called after the update. */
  newName: string | null = null;
  failure: Error | null = null;
  found: { version: string; releaseNotes?: string } | null = null;
  setFeedURL({ url }: { url: string }): void {
    this.feed = url;
  }
  async checkForUpdates(): Promise<null> {
    this.looks += 1;
    if (this.failure) throw this.failure;
    if (this.found) this.emit('update-available', this.found);
    return null;
  }
  quitAndInstall(...flags: boolean[]): void {
    this.installs.push(flags);
    if (this.newName !== null) this.emit('appimage-filename-updated', this.newName);
  }
}

interface UpdaterOptions {
  feedUrl?: string | null;
  platform?: NodeJS.Platform;
  env?: NodeJS.ProcessEnv;
  /** Text of the package's app-update.yml. */
  packaged?: string;
  failure?: Error;
}

async function start({ packaged, failure, ...request }: UpdaterOptions) {
  const resources = mkdtempSync(join(tmpdir(), 'lightdeck-test-'));
  onTestFinished(() => rmSync(resources, { recursive: true }));
  if (packaged !== undefined) writeFileSync(join(resources, 'app-update.yml'), packaged);
  const updater = new FakeUpdater();
  updater.failure = failure ?? null;
  const news: UpdateNotice[] = [];
  let loaded = false;
  const load = async () => {
    loaded = true;
    return updater;
  };
  const started: string[][] = [];
  const args = ['--data', '/d'];
  const installed: (() => void)[] = [];
  const begin = (program: string, given: readonly string[]) => void started.push([program, ...given]);
  let skipped: string | null = null;
  const own = {
    start: begin,
    args,
    skipped: () => skipped,
    install: (work: () => void) => void installed.push(work),
  };
  const options = { ...own, feedUrl, platform: 'linux' as const, env: {}, resources, log, load, ...request };
  const updates = await startUpdates({ ...options, onReady: (one) => news.push(one) });
  onTestFinished(() => updates.close());
  const skip = (version: string) => {
    skipped = version;
  };
  return { updater, updates, news, started, installed, skip, isLoaded: () => loaded };
}

describe('updates', () => {
  it('are off without a feed, and from one that anybody on the way could change', async () => {
    expect((await start({ feedUrl: null })).isLoaded()).toBe(false);
    expect((await start({ feedUrl: 'http://updates.example' })).isLoaded()).toBe(false);
    expect((await start({ feedUrl: 'no address' })).isLoaded()).toBe(false);
  });

  it('come from where the package says, if nothing else is said', async () => {
    const { updater } = await start({ feedUrl: null, packaged: 'provider: generic\n' });
    expect(updater).toMatchObject({ feed: null, looks: 1 });
    expect((await start({})).updater.feed).toBe(feedUrl);
  });

  it.each<[string, UpdaterOptions, boolean]>([
    ['an AppImage', { env: { APPIMAGE: '/home/a/lightdeck.AppImage' } }, true],
    ['another Linux package', {}, false],
    ['macOS', { platform: 'darwin' }, true],
    ['Windows, signed', { platform: 'win32', packaged: 'publisherName:\n  - Us\n' }, true],
    ['Windows, unsigned', { platform: 'win32', packaged: 'provider: generic\n' }, false],
    ['Windows, with a feed that only the environment names', { platform: 'win32' }, false],
  ])('on %s are fetched only if they can be checked and installed', async (_name, request, installs) => {
    const { updater, news } = await start(request);
    expect(updater).toMatchObject({ autoDownload: installs, autoInstallOnAppQuit: false });
    updater.emit('update-available', { version: '9.0.0' });
    expect(news).toHaveLength(installs ? 0 : 1);
    updater.emit('update-downloaded', { version: '9.0.0' });
    expect(news).toHaveLength(1);
    expect(news[0]?.text).toContain('Lightdeck 9.0.0');
    expect(news[0]?.install === null).toBe(!installs);
  });

  it('are installed only when somebody says so, and told once each', async () => {
    const { updater, news, started } = await start({ platform: 'darwin' });
    for (const version of ['9.0.0', '9.0.0', '9.0.1']) updater.emit('update-downloaded', { version });
    expect(news.map(({ version }) => version)).toEqual(['9.0.0', '9.0.1']);
    expect(updater.installs).toEqual([]);
    news[1]?.install?.();
    expect(updater.installs).toEqual([[true, true]]);
    expect(started).toEqual([]);
  });

  it.each([null, '/home/a/lightdeck-9.0.0.AppImage'])(
    'of an AppImage start it with the arguments that it had: renamed to %s',
    async (newName) => {
      const image = '/home/a/lightdeck.AppImage';
      const { updater, news, started } = await start({ env: { APPIMAGE: image } });
      updater.newName = newName;
      updater.emit('update-downloaded', { version: '9.0.0' });
      expect(started).toEqual([]);
      news[0]?.install?.();
      expect(updater.installs).toEqual([[true, false]]);
      expect(started).toEqual([[newName ?? image, '--data', '/d']]);
    },
  );

  it('with a version that is none are not told', async () => {
    const { updater, news } = await start({ platform: 'darwin' });
    updater.emit('update-downloaded', { version: '9.0.0 is ready. Visit evil.example' });
    expect(news).toEqual([]);
  });

  it('are looked for when the user asks, with what they bring', async () => {
    const { updater, updates } = await start({ platform: 'darwin' });
    expect(updates.state).toMatchObject({ state: 'current', version: null });
    updater.found = { version: '9.0.0', releaseNotes: '<p>Better <b>tea</b></p><ul><li>one</li></ul>' };
    expect(await updates.look()).toMatchObject({ state: 'downloading', version: '9.0.0' });
    expect(updates.install()).toBe(false);
    updater.emit('update-downloaded', updater.found);
    expect(updates.state).toMatchObject({ state: 'ready', version: '9.0.0', notes: 'Better tea\none' });
    updater.failure = new Error('no network');
    expect(await updates.look()).toMatchObject({ state: 'ready', version: '9.0.0' });
  });

  it('are installed from Settings as from the question', async () => {
    const { updater, updates, installed } = await start({ platform: 'darwin' });
    updater.emit('update-downloaded', { version: '9.0.0' });
    expect(updates.install()).toBe(true);
    installed[0]?.();
    expect(updater.installs).toEqual([[true, true]]);
  });

  it('that the user skips are not told, the next one is', async () => {
    const { updater, updates, news, skip } = await start({ platform: 'darwin' });
    skip('9.0.0');
    for (const version of ['9.0.0', '9.0.1']) updater.emit('update-downloaded', { version });
    expect(news.map(({ version }) => version)).toEqual(['9.0.1']);
    expect(updates.state.version).toBe('9.0.1');
  });

  it('that can’t be looked for are told as that, and the next look can find one', async () => {
    const { updater, updates } = await start({ platform: 'darwin', failure: new Error('no network') });
    expect(await updates.look()).toMatchObject({ state: 'failed', problem: 'no network' });
    updater.failure = null;
    expect(await updates.look()).toMatchObject({ state: 'current', problem: null });
  });

  it('that can’t be looked for break nothing', async () => {
    const { updater, news } = await start({ failure: new Error('no network') });
    updater.emit('error', new Error('no network'));
    expect(news).toEqual([]);
  });
});
