import { expect } from 'vitest';
import type { Program } from '../support/fake-process.ts';
import { untilSignal } from '../support/fake-process.ts';
import { type Heart, serverId } from '../support/heart.ts';

/** Echoes what it is told; `crash N` ends it by that code, `oom` by its memory. */
export const shell: Program = async ({ print, readLine, exit, runOutOfMemory }) => {
  print('ready\n');
  for (;;) {
    const line = await readLine();
    const crash = /^crash (\d+)$/.exec(line);
    if (crash) exit(Number(crash[1]));
    else if (line === 'oom') runOutOfMemory();
    else print(`> ${line}\n`);
  }
};

/** Types a line into the console, as a client. */
export function type(heart: Heart, line: string, id: string = serverId): void {
  const client = heart.client(id);
  client.send({ event: 'send_command', command: `${line}\n` });
}

const running = new Set(['starting', 'running', 'stopping']);

/** What the host tells is what the engine knows. */
export async function expectTruth(heart: Heart, id: string = serverId): Promise<void> {
  await heart.clock.settle();
  const container = heart.engine.find(`lightd-${id}`);
  const state = heart.state(id);
  expect({ state, runs: container?.isRunning ?? false }).toEqual({
    state,
    runs: state !== null && running.has(state),
  });
}

/**
 * The server is not stuck: whatever it is doing ends or can be ended, then it starts, prints to its viewers, takes commands and
 * stops. Begins with the truth.
 */
export async function expectUsable(heart: Heart, id: string = serverId): Promise<void> {
  await heart.clock.run(20_000);
  await expectTruth(heart, id);
  if (running.has(heart.state(id) ?? '')) {
    heart.power('kill', id);
    await heart.reach('exit', id);
  }
  heart.program(shell, id);
  heart.power('start', id);
  await heart.reach('running', id);
  const client = heart.client(id);
  client.send({ event: 'send_command', command: 'are you there?\n' });
  await heart.clock.until(
    () => client.text.includes('> are you there?\n'),
    () => 'the answer',
  );
  heart.program(untilSignal, id);
  heart.power('stop', id);
  await heart.reach('exit', id);
  await expectTruth(heart, id);
  client.close();
}
