import { describe, expect, it } from 'vitest';
import { suiteCleanup } from '../support/cleanup.ts';
import { rounds } from '../support/lane.ts';
import { numberingProblem, openScene, type Scene, thousandLinesASecond } from '../support/scene.ts';
import type { ServerSocket } from '../support/socket-client.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const lastNumber = (text: string): number => Number([...text.matchAll(/^line (\d+)$/gm)].at(-1)?.[1] ?? 0);

/** Fifty lines a second: most of them come while the history gathers what it will write. */
const trickle = 'i=0; while :; do i=$((i+1)); echo "line $i"; sleep 0.02; done';

async function running(scene: Scene, tty: boolean, command = thousandLinesASecond): Promise<string> {
  const id = await scene.server({ startup_command: command, tty, restart_policy: 'no' });
  (await scene.host.api.post(`/containers/${id}/start`)).expect(200);
  await until(async () => (await scene.state(id)).state === 'running', { what: 'the server to run' });
  return id;
}

async function stopAndRead(scene: Scene, id: string): Promise<string> {
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
    const scene = await openScene({ onEnd });
    const id = await running(scene, tty);
    const whole = await scene.connect(id, { duplicate: 'false', after: '0' });
    let text = '';
    let after = 0;
    for (let round = 0; round < 8; round += 1) {
      const client = await scene.connect(id, { duplicate: 'false', after: String(after) });
      await pause(150 + 60 * round);
      if (round % 2 === 0) client.terminate();
      else await client.close();
      await client.closed;
      expectWhole(client);
      expect(client.console.gaps).toEqual([]);
      if (client.console.from !== null) expect(client.console.from).toBe(after);
      text += client.console.text;
      after = client.console.end ?? after;
    }
    const history = await stopAndRead(scene, id);
    await until(() => whole.console.text.length === history.length, { what: 'the client to have all of it' });
    expectWhole(whole);
    expect(whole.console.text).toBe(history);
    expect(numberingProblem(history)).toBeNull();
    expect(lastNumber(history)).toBeGreaterThan(1000);
    expect(history.startsWith(text)).toBe(true);
    expect(lastNumber(text)).toBeGreaterThan(500);
  });

  it.each([
    { rate: '1,000 lines a second', command: thousandLinesASecond, waits: [700, 20, 1900, 130], more: 3000 },
    { rate: 'a trickle', command: trickle, waits: [700, 1130, 20, 410], more: 100 },
  ])(
    'S14 X3 the daemon killed with SIGKILL again and again loses and repeats nothing: $rate',
    async ({ rate, command, waits, more }) => {
      const scene = await openScene({ onEnd });
      const id = await running(scene, tty, command);
      let after = 0;
      let text = '';
      const resume = async (): Promise<ServerSocket> =>
        scene.connect(id, { duplicate: 'false', after: String(after) });
      let client = await resume();
      const kills = rounds(`console, kills (${rate}, tty ${tty})`, 2, waits.length);
      for (const wait of waits.slice(0, kills)) {
        await pause(wait);
        await scene.host.kill();
        await client.closed;
        expectWhole(client);
        text += client.console.text;
        after = client.console.end ?? after;
        await pause(wait / 2);
        await scene.host.start();
        client = await resume();
      }
      await until(() => lastNumber(client.console.text) > more, { what: 'the lines to go on' });
      const history = await stopAndRead(scene, id);
      await until(() => text.length + client.console.text.length >= history.length, {
        what: 'the client to have all of it',
      });
      expectWhole(client);
      expect(numberingProblem(history)).toBeNull();
      expect(text + client.console.text).toBe(history);
    },
  );
});

describe('what was printed while the daemon was away', () => {
  it('S14 an unfinished line is finished once, not repeated', async () => {
    const scene = await openScene({ onEnd });
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
    expect(await stopAndRead(scene, id)).toBe('ready> got one\nready> got two\nready> ');
  });

  it('S14 a container that ended meanwhile is read to its end, and its exit told', async () => {
    const scene = await openScene({ onEnd });
    const id = await scene.server({
      startup_command: 'echo first; sleep 2; echo last words; exit 3',
      tty: true,
      restart_policy: 'no',
    });
    (await scene.host.api.post(`/containers/${id}/start`)).expect(200);
    const before = await scene.connect(id, { after: '0' });
    await before.waitForText('first');
    await scene.host.kill();
    await pause(2500);
    await scene.host.start();
    await until(async () => (await scene.state(id)).state === 'exit');
    expect(await scene.history(id)).toBe('first\nlast words\n');
  });
});
