import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rounds } from '../../tests/support/lane.ts';
import { silentLog } from '../lib/log.ts';
import { openHistory } from './history.ts';

const lineLength = 32;
const bounds = { maxBytes: 4 * 1024 * 1024, segmentBytes: 256 * 1024 };

/** Appends numbered lines, some one by one and some together, as fast as they are saved, until it is killed. */
const program = `
import { openHistory } from './history.js';
const log = { debug() {}, info() {}, warn() {}, error() {} };
const history = await openHistory({ dir: process.argv[2], log, ...${JSON.stringify(bounds)} });
let { stdout, stderr } = history.consumed;
const line = (n) => String(n).padStart(${lineLength - 1}, '-') + '\\n';
process.stdout.write('ready');
for (let turn = 0; ; turn += 1) {
  const count = turn % 5 === 0 ? 1000 : turn % 7;
  let text = '';
  for (let n = 0; n < count; n += 1) text += line(stderr + n);
  stderr += count;
  stdout += text.length;
  history.append(Buffer.from(text), { container: 'one', stdout, stderr });
  if (turn % 20 === 0) await history.flush();
  else await new Promise(setImmediate);
}
`;

let root: string;
let child: ChildProcess | null = null;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'history-kill-'));
  const entry = fileURLToPath(new URL('./history.ts', import.meta.url));
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: entry,
      outDir: join(root, 'built'),
      emptyOutDir: true,
      rollupOptions: { output: { entryFileNames: 'history.js' } },
    },
  });
  writeFileSync(join(root, 'built', 'package.json'), '{"type":"module"}');
  writeFileSync(join(root, 'built', 'program.js'), program);
});

afterAll(() => {
  child?.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

describe('History and SIGKILL', () => {
  test('X1 X2: killed again and again, text and counts agree each time', async () => {
    const dir = join(root, 'console');
    let lines = 0;
    const kills = rounds('console history, kills', 4, 40);
    for (let round = 0; round < kills; round += 1) {
      child = spawn(process.execPath, [join(root, 'built', 'program.js'), dir], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      if (child.stdout) await once(child.stdout, 'data');
      await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 150));
      child.kill('SIGKILL');
      await once(child, 'exit');
      lines = await check(dir, lines);
    }
    expect(lines).toBeGreaterThan(0);
  });
});

/** Opens what was left (without writing) and compares every byte with what must be there; how many lines there are. */
async function check(dir: string, atLeast: number): Promise<number> {
  const history = await openHistory({ dir, log: silentLog, ...bounds });
  const { end, from, consumed } = history;
  expect(end).toBe(consumed.stdout);
  expect(end).toBe(consumed.stderr * lineLength);
  expect(consumed.stderr).toBeGreaterThanOrEqual(atLeast);
  expect(end - from).toBeLessThanOrEqual(bounds.maxBytes + bounds.segmentBytes);
  let at = from;
  while (at < end) {
    const { from: start, data } = await history.read(at, 64 * 1024);
    expect(start).toBe(at);
    let expected = '';
    for (let n = Math.floor(at / lineLength); n * lineLength < at + data.length; n += 1)
      expected += `${String(n).padStart(lineLength - 1, '-')}\n`;
    expect(
      data.equals(Buffer.from(expected).subarray(at % lineLength, (at % lineLength) + data.length)),
    ).toBe(true);
    at += data.length;
  }
  await history.close();
  return consumed.stderr;
}
