import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acquireDataLock } from './data-lock.ts';
import { spawnChild } from './spawn-child.test-helper.ts';

let dataDir: string;
const now = () => Date.UTC(2030, 0, 2, 3, 4, 5);

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'lightdeck-lock-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

test('a second host on the same data folder is told who has it', () => {
  const lock = acquireDataLock({ dataDir, now });
  lock.setUrl('http://127.0.0.1:8070');
  try {
    expect(() => acquireDataLock({ dataDir, now })).toThrow(
      `already in use by process ${process.pid} (http://127.0.0.1:8070), running since 2030-01-02T03:04:05.000Z`,
    );
    expect(() => acquireDataLock({ dataDir, now })).toThrow(expect.objectContaining({ code: 'conflict' }));
  } finally {
    lock.release();
  }
});

test('a released folder is free, and releasing again changes nothing', () => {
  const first = acquireDataLock({ dataDir, now });
  first.release();
  expect(existsSync(join(dataDir, 'owner.json'))).toBe(false);
  const second = acquireDataLock({ dataDir, now });
  first.release();
  expect(() => acquireDataLock({ dataDir, now })).toThrow('already in use');
  second.release();
});

test('a left-over or broken owner.json locks nothing, and a missing one only makes the message shorter', () => {
  writeFileSync(join(dataDir, 'owner.json'), '{"pid":');
  const lock = acquireDataLock({ dataDir, now });
  expect(JSON.parse(readFileSync(join(dataDir, 'owner.json'), 'utf8'))).toMatchObject({
    pid: process.pid,
    url: null,
  });
  rmSync(join(dataDir, 'owner.json'));
  expect(() => acquireDataLock({ dataDir, now })).toThrow('already in use by another Lightdeck');
  lock.release();
});

test('the lock of another process holds, and ends with it when it is killed', async () => {
  const child = await spawnChild(
    `import { acquireDataLock } from './main/config/data-lock.ts';
     const lock = acquireDataLock({ dataDir: process.argv[2] ?? '', now: Date.now });
     lock.setUrl('http://127.0.0.1:1234');
     process.stdout.write(process.pid + '\\n');
     setInterval(() => lock, 1000);`,
    [dataDir],
  );
  try {
    const pid = await child.firstLine;
    expect(() => acquireDataLock({ dataDir, now })).toThrow(`process ${pid} (http://127.0.0.1:1234)`);
  } finally {
    await child.kill();
  }
  expect(existsSync(join(dataDir, 'owner.json'))).toBe(true);
  acquireDataLock({ dataDir, now }).release();
});
