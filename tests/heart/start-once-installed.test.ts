import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withAcceptance } from '../../main/eggs/accept-eula.ts';
// The host loads it when a file is first set, which no clock that stands still waits for.
import '../../main/eggs/edit-config.ts';
import type { Log } from '../../main/lib/log.ts';
import { silentLog } from '../../main/lib/log.ts';
import { startOnceInstalled } from '../../main/servers/start-once-installed.ts';
import type { ServerDefinition } from '../../shared/model/server.ts';
import { untilSignal } from '../support/fake-process.ts';
import { type Heart, openHeart, serverId } from '../support/heart.ts';
import { shell } from './checks.ts';

const image = 'registry.example/game:1';

/** As a create request with `start` does it; what is logged. */
function createAndStart(heart: Heart, more: Partial<ServerDefinition> = {}): string[] {
  const logged: string[] = [];
  const log: Log = { ...silentLog, warn: (_details, message) => void logged.push(message) };
  const { servers } = heart.host;
  servers.create(heart.definition(serverId, { image, ...more }));
  startOnceInstalled(serverId, { servers, log, by: 'me' });
  return logged;
}

it('A5 a server that is to be started is, once, as soon as it is installed', async () => {
  const heart = await openHeart();
  heart.engine.images.publish(image);
  heart.program(shell);
  createAndStart(heart);
  await heart.reach('running');
  heart.power('stop');
  await heart.reachRest();
  heart.host.servers.change(serverId, { name: 'Another' });
  await heart.clock.run(60_000);
  expect(heart.host.servers.get(serverId)?.state).toBe('exit');
});

it('A5 one whose install fails is not started, nor when it is installed anew', async () => {
  const heart = await openHeart();
  const logged = createAndStart(heart);
  await heart.reach('failed');
  heart.engine.images.publish(image);
  heart.host.servers.reinstall(serverId, { updated_at: 2 }, 'me');
  await heart.reach('installed');
  await heart.clock.run(60_000);
  expect(heart.host.servers.get(serverId)?.state).toBe('installed');
  expect(logged).toEqual([]);
});

it('E17 a licence that was accepted is there before the first start, and whatever the install makes of it', async () => {
  const heart = await openHeart();
  heart.engine.images.publish(image);
  const read: string[] = [];
  heart.program(({ spec }) => {
    read.push(readFileSync(join(spec.volumePath, 'eula.txt'), 'utf8'));
    return untilSignal();
  });
  createAndStart(heart, { config_files: withAcceptance([]) });
  await heart.reach('running');
  expect(read).toEqual(['eula=true\n']);
});
