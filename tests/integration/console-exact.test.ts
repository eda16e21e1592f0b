import { beforeAll, describe, expect, it } from 'vitest';
import { suiteCleanup } from '../support/cleanup.ts';
import { rounds } from '../support/lane.ts';
import { numberingProblem, openScene, type Scene, thousandLinesASecond } from '../support/scene.ts';
import type { ServerSocket } from '../support/socket-client.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();
let scene: Scene;

beforeAll(async () => {
  scene = await openScene({ onEnd });
});
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** Without a line that is not at its end yet. */
const wholeLines = (text: string): string => text.slice(0, text.lastIndexOf('\n') + 1);
const lastNumber = (text: string): number => Number([...text.matchAll(/^line (\d+)$/gm)].at(-1)?.[1] ?? 0);

async function running(tty: boolean): Promise<string> {
  const id = await scene.server({ startup_command: thousandLinesASecond, tty, restart_policy: 'no' });
  (await scene.host.api.post(`/containers/${id}/start`)).expect(200);
  await until(async () => (await scene.state(id)).state === 'running', { what: 'the server to run' });
  return id;
}

async function stopAndRead(id: string): Promise<string> {
  await scene.docker('kill', scene.container(id));
  await until(async () => (await scene.state(id)).state === 'exit', { what: 'the exit to be seen' });
  return scene.history(id);
}

function expectWhole(socket: ServerSocket): void {
  expect(socket.badFrames).toEqual([]);
  expect(socket.console.problems).toEqual([]);
}

describe.each([
  { tty: true, name: 'with a terminal' },
  { tty: false, name: 'without a terminal' },
])('numbered lines, $name', ({ tty }) => {
  it('X3 S14 clients that join, leave and resume with after miss nothing and get nothing twice', async () => {
    const id = await running(tty);
    const whole = await scene.connect(id, { duplicate: 'false', after: '0' });
    let text = '';
    let after = 0;
    const visits = rounds(`console, visits (tty ${tty})`, 4, 8);
    for (let round = 0; round < visits; round += 1) {
      const client = await scene.connect(id, { duplicate: 'false', after: String(after) });
      // Each leaves in the midst of what comes, a bit later than the one before.
      await client.waitForText(`line ${lastNumber(wholeLines(text)) + 60 + 50 * round}\n`);
      if (round % 2 === 0) client.terminate();
      else await client.close();
      await client.closed;
      expectWhole(client);
      expect(client.console.gaps).toEqual([]);
      if (client.console.from !== null) expect(client.console.from).toBe(after);
      text += client.console.text;
      after = client.console.end ?? after;
    }
    const history = await stopAndRead(id);
    await until(() => whole.console.text.length === history.length, { what: 'the client to have all of it' });
    expectWhole(whole);
    expect(whole.console.text).toBe(history);
    expect(numberingProblem(history)).toBeNull();
    expect(history.startsWith(text)).toBe(true);
    expect(lastNumber(text)).toBeGreaterThan(500);
  });
});

describe('what was printed while the daemon was away', () => {
  it('S14 an unfinished line is finished once, not repeated', async () => {
    const id = await scene.server({
      startup_command: 'printf "ready> "; while read x; do echo "got $x"; printf "ready> "; done',
      tty: false,
      restart_policy: 'no',
    });
    (await scene.host.api.post(`/containers/${id}/start`)).expect(200);
    const before = await scene.connect(id, { after: '0' });
    await before.waitForText('ready> ');
    // The engine logs whole lines only: an unfinished one of the last milliseconds before a crash comes again with its end.
    await pause(300);
    await scene.host.restart('SIGKILL');
    const client = await scene.connect(id, { after: '0' });
    await client.waitForText('ready> ');
    await until(async () => (await scene.state(id)).state === 'running');
    await client.send({ event: 'send_command', command: 'one\n' });
    await client.waitForText('got one\nready> ');
    await client.send({ event: 'send_command', command: 'two\n' });
    await client.waitForText('got two\nready> ');
    expect(client.console.text).toBe('ready> got one\nready> got two\nready> ');
    expectWhole(client);
    // The end of the line came with the log, the rest live.
    expect(await stopAndRead(id)).toBe('ready> got one\nready> got two\nready> ');
  });

  it('S14 a container that ended meanwhile is read to its end, and its exit told', async () => {
    const id = await scene.server({
      startup_command: 'echo first; while [ ! -e end ]; do sleep 0.05; done; echo last words; exit 3',
      tty: true,
      restart_policy: 'no',
    });
    (await scene.host.api.post(`/containers/${id}/start`)).expect(200);
    const before = await scene.connect(id, { after: '0' });
    await before.waitForText('first');
    await scene.host.kill();
    await scene.docker('exec', scene.container(id), 'touch', 'end');
    await scene.docker('wait', scene.container(id));
    await scene.host.start();
    await until(async () => (await scene.state(id)).state === 'exit');
    expect(await scene.history(id)).toBe('first\nlast words\n');
  });
});
