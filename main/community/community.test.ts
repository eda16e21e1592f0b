import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { longTest } from '../../tests/support/lane.ts';
import { tempDir } from '../../tests/support/temp.ts';
import { eggText } from '../eggs/an-egg.test-helper.ts';
import { gzip } from '../files/archives/gzip.ts';
import { writeTar } from '../files/archives/tar-writer.ts';
import { silentLog } from '../lib/log.ts';
import { openSqliteStore } from '../store/sqlite-store.ts';
import { CommunityEggs } from './community.ts';
import { communitySchemaOfStore, communityTable } from './community-table.ts';
import { httpsServer } from './https.test-helper.ts';
import { readEggArchive } from './read-archive.ts';

/** An archive as GitHub makes them: all in one folder. */
function archive(files: Record<string, string | Buffer>): AsyncIterable<Uint8Array> {
  async function* entries() {
    for (const [path, text] of Object.entries(files)) {
      const bytes = Buffer.from(text);
      yield {
        name: `repository-HEAD/${path}`,
        kind: 'file' as const,
        target: null,
        size: bytes.length,
        mode: 0o644,
        uid: 0,
        gid: 0,
        modifiedAt: 0,
        async *content() {
          yield bytes;
        },
      };
    }
  }
  return gzip(writeTar(entries()));
}
const named = (name: string, more: object = {}): string => eggText({ name, ...more });
const { signal } = new AbortController();
const read = (bytes: AsyncIterable<Uint8Array>) => readEggArchive(bytes, { signal, onRead: () => {} });

describe('E14 an archive', () => {
  test('its eggs are found by what is in them, twins are one, what is no egg is passed over', async () => {
    const eggs = await read(
      archive({
        'README.md': 'PTDL_v2',
        'package.json': '{"name":"x"}',
        'paper/pterodactyl-egg-paper.json': named('Paper'),
        'paper/egg-paper.json': named('paper '),
        'broken/egg.json': '{"meta":{"version":"PTDL_v2"',
        'new/egg.json': named('New').replace('PTDL_v2', 'PTDL_v9'),
        'other/egg.json': named('Paper'),
      }),
    );
    expect(eggs.map(({ path, name }) => [path, name])).toEqual([
      ['paper/egg-paper.json', 'paper'],
      ['other/egg.json', 'Paper'],
    ]);
    expect(eggs[0]?.id).not.toBe(eggs[1]?.id);
  });

  test.each([
    ['no archive', Readable.from([Buffer.from('hello')])],
    ['a cut one', Readable.from([Buffer.from('1f8b0800000000000003', 'hex')])],
  ])('%s is told in words', async (_what, bytes) => {
    await expect(read(bytes)).rejects.toMatchObject({ code: 'invalid' });
  });

  longTest('what unpacks to more than any collection should have is given up', async () => {
    const zeros = Buffer.alloc(32 * 1024 * 1024);
    const bombs = Array.from({ length: 17 }, (_, index) => [`${index}.bin`, zeros] as const);
    await expect(read(archive(Object.fromEntries(bombs)))).rejects.toMatchObject({ code: 'too_large' });
  });
});

describe('E14 repositories', () => {
  let server: Awaited<ReturnType<typeof httpsServer>>;
  let community: CommunityEggs;
  let close: () => void;
  let asked: (string | undefined)[] = [];
  let answer: (path: string) => AsyncIterable<Uint8Array> | number;
  beforeAll(async () => {
    server = await httpsServer((request, response) => {
      asked.push(request.headers['if-none-match']);
      const found = answer(request.url ?? '');
      if (request.headers['if-none-match'] === '"one"') response.writeHead(304).end();
      else if (typeof found === 'number') response.writeHead(found).end();
      else Readable.from(found).pipe(response.writeHead(200, { etag: '"one"' }));
    });
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    asked = [];
    answer = (path) =>
      path === '/a'
        ? archive({ 'a/egg.json': named('Alpha', { description: 'A game\n<b>of</b> __proto__' }) })
        : 404;
    const store = openSqliteStore({ path: `${tempDir()}/lightdeck.db`, log: silentLog });
    close = () => store.close();
    const one = (id: string) => ({
      id,
      title: `Title ${id}`,
      home: 'https://eggs.example',
      archive: `https://eggs.example:${server.port}/${id}`,
      licence: 'MIT',
    });
    community = new CommunityEggs({
      table: communityTable(store.tables(communitySchemaOfStore)),
      repositories: [one('a'), one('b')],
      now: () => 7,
      ca: [server.ca],
      lookup: async () => [{ address: '127.0.0.1', family: 4 }],
      isPrivateAllowed: true,
    });
    return () => close();
  });
  const refresh = (ids: string[]) => community.refresh(community.chosen(ids), { signal, progress: () => {} });

  test('one that can be had is there, searched by each word; one that can not is told', async () => {
    const told: string[] = [];
    const result = await community.refresh(community.chosen(['a', 'b']), {
      signal,
      progress: ({ text, current, total }) => told.push(`${current} of ${total} ${text}`),
    });
    expect(result).toEqual({
      fetched: 1,
      unchanged: 0,
      failed: [expect.stringMatching(/^Title b: eggs\.example.* answered with 404/)],
    });
    expect(told.at(-1)).toBe('1 of 2 Title b: 0.0 MB');
    const [found] = community.search('GAME alpha mit', null);
    expect(found).toMatchObject({ name: 'Alpha', repository: 'a', licence: 'MIT', image: 'example/one:1' });
    expect(community.search('alpha none', null)).toEqual([]);
    expect(community.search('', 'b')).toEqual([]);
    expect(community.text('a', found?.id ?? '')).toContain('"Alpha"');
    expect(community.repositories().map(({ eggs, fetched_at }) => [eggs, fetched_at])).toEqual([
      [1, 7],
      [0, null],
    ]);
  });

  test('asked again, what is still the same is not sent again, and stays when its home is away', async () => {
    await refresh(['a']);
    expect(await refresh(['a'])).toEqual({ fetched: 0, unchanged: 1, failed: [] });
    expect(asked).toEqual([undefined, '"one"']);
    await expect(refresh(['b'])).rejects.toMatchObject({ code: 'not_found' });
    expect(community.search('', null)).toHaveLength(1);
    expect(() => community.text('a', 'x')).toThrow('no such egg');
    expect(() => community.chosen(['x'])).toThrow('There is no repository x');
  });

  test('one that was cancelled changes nothing', async () => {
    await expect(
      community.refresh(community.chosen(['a', 'b']), { signal: AbortSignal.abort(), progress: () => {} }),
    ).rejects.toThrow();
    expect(community.search('', null)).toEqual([]);
  });
});
