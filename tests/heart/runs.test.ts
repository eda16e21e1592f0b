import { expect, it, onTestFinished } from 'vitest';
import { silentLog } from '../../main/lib/log.ts';
import { RunTable, runsTables } from '../../main/runs/run-table.ts';
import { Runs } from '../../main/runs/runs.ts';
import type { RegistryEvent } from '../../main/servers/registry/registry-event.ts';
import { keptRuns } from '../../shared/model/run.ts';
import { untilSignal } from '../support/fake-process.ts';
import { openHeart, serverId } from '../support/heart.ts';

/** A heart whose host keeps the runs of its servers. */
async function open() {
  let runs: Runs | null = null;
  let tell: ((event: RegistryEvent) => void) | null = null;
  onTestFinished(() => runs?.close());
  const heart = await openHeart({
    onHost: (host) => {
      runs = new Runs({
        table: new RunTable(host.store.store.tables(runsTables)),
        servers: {
          onEvent(listener) {
            tell = listener;
            return host.servers.onEvent(listener);
          },
        },
        isKnown: (server) => host.store.store.servers.get(server) !== null,
        onChange: () => {},
        health: host.health,
        log: silentLog,
      });
    },
  });
  return {
    heart,
    /** As if the server told this. */
    tell: (event: RegistryEvent) => tell?.(event),
    runs: () => {
      if (!runs) throw new Error('There is no host');
      return runs;
    },
  };
}

it('A42: each run has its part of the console, its times and how it ended', async () => {
  const { heart, runs } = await open();
  heart.program(async ({ print, sleep }) => {
    print('boom\n');
    await sleep(1000);
    return 3;
  });
  await heart.createRunning({ restart_policy: 'on-failure' });
  await heart.reachRest();
  heart.program(untilSignal);
  await heart.reach('running');
  const [second, first] = runs().list(serverId);
  expect(first).toMatchObject({ from: 0, to: 5, has_crashed: true, reason: 'crashed (exit code 3)' });
  expect(second).toMatchObject({ from: 5, to: null, ended_at: null, reason: null, has_crashed: false });
  heart.power('stop');
  await heart.reach('exit');
  expect(runs().list(serverId)[0]).toMatchObject({ has_crashed: false, to: expect.any(Number) });
  expect(runs().list(serverId)).toHaveLength(2);
});

it('A42: they outlive the host; a run that ends while it is away is ended once', async () => {
  const { heart, runs } = await open();
  heart.program(untilSignal);
  await heart.createRunning({ restart_policy: 'no' });
  const { id } = heart.container();
  const begun = runs().list(serverId)[0];
  await heart.restartHost(() => heart.outside.kill(id, 'SIGKILL'));
  expect(runs().list(serverId)).toHaveLength(1);
  expect(runs().list(serverId)[0]).toMatchObject({
    from: begun?.from,
    reason: expect.stringContaining('SIGKILL'),
  });
  await heart.restartHost();
  expect(runs().list(serverId)).toHaveLength(1);
  await heart.host.servers.remove(serverId);
  expect(runs().list(serverId)).toEqual([]);
});

it('A42: a loop of crashes keeps a bounded number of them', async () => {
  const { heart, runs, tell } = await open();
  heart.program(untilSignal);
  await heart.createRunning({ restart_policy: 'no' });
  for (let from = 0; from < keptRuns + 5; from += 1) tell({ type: 'began', id: serverId, at: from, from });
  const kept = runs().list(serverId);
  expect(kept).toHaveLength(keptRuns);
  expect(kept[0]?.from).toBe(keptRuns + 4);
});
