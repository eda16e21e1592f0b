import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { own } from './cleanup.ts';
import { docker } from './docker-cli.ts';
import { busyboxName } from './images.ts';
import { startPrivateEngine } from './private-engine.ts';
import { has } from './requirements.ts';
import { until } from './until.ts';

describe.skipIf(!has('private-engine'))('the private engine', () => {
  test('with live-restore a container survives an orderly stop and a kill of the engine', async () => {
    const engine = own(await startPrivateEngine({ liveRestore: true }));
    const id = await engine.docker('run', '-d', busyboxName, 'sleep', '600');
    const startedAt = () => engine.docker('inspect', '-f', '{{.State.Running}} {{.State.StartedAt}}', id);
    const before = await startedAt();
    await engine.stop();
    await expect(engine.docker('version')).rejects.toThrow();
    await engine.start();
    expect(await startedAt()).toBe(before);
    await engine.kill();
    await engine.start();
    expect(await startedAt()).toBe(before);
    expect(before).toMatch(/^true /);
  });

  test('without live-restore a stop of the engine stops its containers', async () => {
    const engine = own(await startPrivateEngine());
    const id = await engine.docker(
      'run',
      '-d',
      busyboxName,
      'sh',
      '-c',
      'trap "exit 3" TERM; echo ready; while :; do sleep 0.1; done',
    );
    // Before its trap is set the signal would be nothing to a first process.
    await until(async () => (await engine.docker('logs', id)).includes('ready'));
    await engine.stop();
    await engine.start();
    expect(await engine.docker('inspect', '-f', '{{.State.Running}} {{.State.ExitCode}}', id)).toBe(
      'false 3',
    );
  });

  test('leaves nothing behind and does not touch the machine’s own engine', async () => {
    const bridge = await docker('network', 'inspect', '-f', '{{.Id}}', 'bridge');
    const docker0 = existsSync('/sys/class/net/docker0');
    const engine = await startPrivateEngine({ liveRestore: true });
    await engine.docker('run', '-d', busyboxName, 'sleep', '600');
    await engine.close();
    expect(existsSync(dirname(engine.socket))).toBe(false);
    expect(existsSync('/sys/class/net/docker0')).toBe(docker0);
    expect(await docker('network', 'inspect', '-f', '{{.Id}}', 'bridge')).toBe(bridge);
  });
});
