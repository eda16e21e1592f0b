import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { programText } from '../../scripts/lib/program-text.ts';
import { rounds } from '../../tests/support/lane.ts';
import { tempDir } from '../../tests/support/temp.ts';
import { treeOf } from '../../tests/support/tree-of.ts';
import { openFsRoot } from '../files/fs-node.ts';
import { newMark, Staging } from '../files/staging.ts';
import type { SnapshotStore } from './contract.ts';
import { storePaths } from './format.ts';
import { readManifest } from './manifest.ts';
import { readPackIndex } from './pack-format.ts';
import { about, freely, packFiles, sourceOf, targetOf, testStore } from './snapshots.test-helper.ts';

let built = '';

beforeAll(async () => {
  const cache = join(process.cwd(), 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  built = mkdtempSync(join(cache, 'snapshot-kill-'));
  await build({
    configFile: false,
    logLevel: 'error',
    plugins: [programText()],
    ssr: { noExternal: true },
    build: {
      ssr: join(import.meta.dirname, 'kill-child.test-helper.ts'),
      outDir: built,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: 'child.mjs' } },
    },
  });
});

afterAll(() => rmSync(built, { recursive: true, force: true }));

/** What a child said until it was killed, at a random moment of its work. */
async function killedWhile(work: string, folders: string[]): Promise<string> {
  const child = spawn(process.execPath, [join(built, 'child.mjs'), work, ...folders], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = once(child, 'exit');
  while (!said.includes('ready')) await once(child.stdout, 'data');
  await pause(Math.random() ** 2 * 1200);
  child.kill('SIGKILL');
  await ended;
  return said;
}

const idsIn = (said: string, word: string): string[] =>
  [...said.matchAll(new RegExp(`^${word} (.+)$`, 'gm'))].map(([, id]) => id ?? '');

/** Every block that is needed lies in the store once, and no other does. */
async function expectExactly(store: SnapshotStore): Promise<void> {
  const needed = new Set<string>();
  for (const { id } of await store.list())
    for await (const { blocks = [] } of readManifest(storePaths(store.folder).manifest(id)))
      for (const hash of blocks) if (hash !== null) needed.add(hash);
  const stored = [...packFiles(store.folder)].flatMap(([id, path]) =>
    readPackIndex(path, id).entries.map(({ hash }) => hash.toString('hex')),
  );
  expect(stored.length).toBe(needed.size);
  expect(new Set(stored)).toEqual(needed);
}

describe('SIGKILL at any moment', () => {
  test('no snapshot that was called good fails its check, and no block is lost or kept for ever', async () => {
    const [folder, source, target] = [join(tempDir(), 'store'), tempDir(), tempDir()];
    for (let file = 0; file < 40; file += 1)
      writeFileSync(join(source, `file ${file}`), randomBytes(Math.ceil(Math.random() * 100_000)));
    writeFileSync(join(source, 'huge'), randomBytes(9 * 1024 * 1024));
    let good = new Set<string>();
    const works = ['backup', 'remove', 'restore'];
    const count = rounds('snapshot-kill', 3, 60);
    for (let round = 0; round < count; round += 1) {
      const said = await killedWhile(works[round % works.length] ?? '', [folder, source, target]);
      for (const id of idsIn(said, 'made')) good.add(id);
      for (const id of idsIn(said, 'removing')) good.delete(id);
      const store = await testStore({ folder, hostId: 'child' });
      const listed = (await store.list()).map(({ id }) => id);
      expect(listed).toEqual(expect.arrayContaining([...good]));
      good = new Set(listed);
      const report = await store.check(null, freely());
      expect(report).toMatchObject({ damaged: [], problems: [] });
      await store.remove([], freely(), { thorough: true });
      await expectExactly(store);
      expect(readdirSync(storePaths(folder).unfinished)).toEqual([]);
      const left = readdirSync(storePaths(folder).snapshots).filter(
        (name) => !listed.some((id) => name.startsWith(id)),
      );
      expect(left).toEqual([]);
      await store.close();
    }
    const store = await testStore({ folder, hostId: 'child' });
    const { id } = await store.create(sourceOf(source), about, freely());
    await store.restore(id, targetOf(target), {}, freely());
    // As a host does at its start with what a killed one left.
    await new Staging(openFsRoot(target), newMark()).sweep(freely().signal);
    expect(treeOf(target)).toEqual(treeOf(source));
  }, 900_000);
});
