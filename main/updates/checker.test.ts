import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import type { EngineState } from '../../shared/model/host.ts';
import { FakeEngine } from '../../tests/support/fake-engine.ts';
import { serverDefinition } from '../../tests/support/server-definition.ts';
import { tempDir } from '../../tests/support/temp.ts';
import type { HostFact } from '../feature/host-news.ts';
import { silentLog } from '../lib/log.ts';
import { runsAs } from '../servers/container/runs-as.ts';
import type { ServerView } from '../servers/contract.ts';
import { openSqliteStore } from '../store/sqlite-store.ts';
import { UpdateChecker } from './checker.ts';
import { UpdateTable, updateTables } from './tables.ts';

const hour = 3_600_000;
const image = 'registry.example/game:latest';
const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const view = (id: string, more: { image?: string; image_version?: string | null } = {}): ServerView => {
  const definition = serverDefinition(id, { image: more.image ?? image });
  return {
    definition,
    install_state: 'installed',
    install_error: null,
    state: 'exit',
    container_id: null,
    started_at: null,
    pending_restart: [],
    image_version:
      more.image_version === undefined ? `registry.example/game@${digest('a')}` : more.image_version,
    last_exit: null,
    runs_as: runsAs(definition, null),
  };
};

function open(views: ServerView[], answer: (asked: string) => string) {
  const store = openSqliteStore({ path: `${tempDir()}/lightdeck.db`, log: silentLog });
  const table = new UpdateTable(store.tables(updateTables));
  const asked: string[] = [];
  const facts: HostFact[] = [];
  const engine = new FakeEngine();
  engine.registryDigest = async (name) => {
    asked.push(name);
    return answer(name);
  };
  const checker = new UpdateChecker({
    servers: { list: () => views },
    monitor: { engine, state: up },
    table,
    news: { changed() {}, happened: (fact) => void facts.push(fact) },
    now: Date.now,
    log: silentLog,
    random: () => 0.5,
  });
  checker.start();
  onTestFinished(() => {
    checker.close();
    store.close();
  });
  return { table, asked, facts, checker, engine };
}

const up: EngineState = {
  status: 'up',
  kind: 'docker',
  version: '28',
  api_version: '1.50',
  endpoint: 'unix:///x',
  source: 'test',
  tried: [],
};

const run = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test('U2: a name is asked for once a day, for all servers that have it, and what is newer is told once each', async () => {
  const { asked, facts } = open([view('s1'), view('s2'), view('s3', { image: 'fixed@sha256:1' })], () =>
    digest('b'),
  );
  await run(hour);
  expect(asked).toEqual([image]);
  expect(facts.map(({ event, container }) => [event, container])).toEqual([
    ['update_available', 's1'],
    ['update_available', 's2'],
  ]);
  await run(22 * hour);
  expect(asked).toHaveLength(1);
  await run(3 * hour);
  expect(asked).toHaveLength(2);
  expect(facts).toHaveLength(2);
});

test('U2: a registry that does not answer is asked less and less often, and what was known stays', async () => {
  let isDown = false;
  const { asked, table } = open([view('s1')], () => {
    if (isDown) throw new LightdeckError('engine_refused', 'toomanyrequests');
    return digest('b');
  });
  await run(hour);
  isDown = true;
  await run(25 * hour);
  const before = asked.length;
  await run(24 * hour);
  expect(asked.length - before).toBeGreaterThan(2);
  expect(asked.length - before).toBeLessThan(6);
  expect(table.image(image)).toMatchObject({ digest: digest('b'), problem: 'toomanyrequests' });
});

test('U2: switched off, nobody is asked; names that no server has are forgotten', async () => {
  const views = [view('s1')];
  const { asked, table } = open(views, () => digest('b'));
  table.setEnabled(false);
  await run(5 * hour);
  expect(asked).toEqual([]);
  table.setEnabled(true);
  await run(hour);
  expect(table.image(image)).not.toBeNull();
  views.length = 0;
  await run(hour);
  expect(table.image(image)).toBeNull();
});

test('U2: the same image under another digest, and one that came from no registry, are no news', async () => {
  const same = { id: 'sha256:1', digest: `registry.example/game@${digest('a')}` };
  const { facts, engine, checker } = open([view('s1'), view('s2', { image_version: 'sha256:1' })], () =>
    digest('b'),
  );
  engine.images.add(image, { ...same, digests: [same.digest, `registry.example/game@${digest('b')}`] });
  await checker.check(image);
  expect(facts).toEqual([]);
});
