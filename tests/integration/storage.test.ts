import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { suiteCleanup } from '../support/cleanup.ts';
import { has } from '../support/requirements.ts';
import { openScene } from '../support/scene.ts';

const onEnd = suiteCleanup();

describe.skipIf(!has('private-engine'))('S11 a full volume', () => {
  it('is told once per crossing', async () => {
    const scene = await openScene({ onEnd });
    const id = await scene.server({
      startup_command: 'echo up; while read x; do :; done',
      start_pattern: 'up',
    });
    const { volume_id } = (await scene.host.api.get(`/containers/${id}`)).parse(
      z.object({ volume_id: z.string() }),
    );
    const { volumes } = (await scene.host.api.get('/volumes')).parse(
      z.object({ volumes: z.array(z.object({ id: z.string(), path: z.string() })) }),
    );
    const path = volumes.find((volume) => volume.id === volume_id)?.path ?? '';
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', path]);
    onEnd(() => void execFileSync('umount', ['-l', path]));
    const socket = await scene.connect(id);
    await socket.send({ event: 'power', action: 'start' });
    await socket.waitFor('daemon_message', (frame) => frame.data === 'Server started');
    const isFull = (frame: { data: string }): boolean => frame.data === 'System out of storage';
    const file = join(path, 'big');
    writeFileSync(file, Buffer.alloc(32 * 1024 * 1024));
    await socket.waitFor('daemon_message', isFull, { timeoutMs: 15_000 });
    await new Promise((resolve) => setTimeout(resolve, 6000));
    expect(socket.all('daemon_message').filter(isFull)).toHaveLength(1);
    writeFileSync(file, '');
    await new Promise((resolve) => setTimeout(resolve, 6000));
    const since = socket.mark();
    writeFileSync(file, Buffer.alloc(39 * 1024 * 1024));
    await socket.waitFor('daemon_message', isFull, { since, timeoutMs: 15_000 });
  }, 60_000);
});
