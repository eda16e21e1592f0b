import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { listBackups } from '../../shared/http/backups.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { runOperation } from '../support/operation-end.ts';
import { has } from '../support/requirements.ts';
import { openScene } from '../support/scene.ts';

const onEnd = suiteCleanup();

/** Says that it is ready once it has found its world, saves when it is told to, and counts for ever. */
const game = `
  [ -f world ] || { echo "no world"; exit 3; }
  echo "ready with $(cat world)"
  ( i=0; while :; do i=$((i+1)); echo "$i" >> growing; usleep 20000; done ) &
  while read -r line; do
    case "$line" in save) echo "all is saved";; go) echo "going on";; esac
  done`;

describe.skipIf(!has('images'))('backups on a real engine', () => {
  it('A30 A31 A32 of a running game: made while its files hold still, rehearsed, and brought back', async () => {
    const scene = await openScene({ onEnd });
    const { api } = scene.host;
    const volume = (await api.post('/volumes', { size: 64 })).parse(
      z.object({ volume_id: z.string(), path: z.string() }),
      201,
    );
    const id = await scene.server({
      startup_command: game,
      start_pattern: 'ready with',
      tty: false,
      volume_id: volume.volume_id,
      install_script: 'echo "the first day" > world',
      stop: { signal: 'SIGKILL', timeout: 5 },
    });
    const freeze = { before: ['save'], wait_for: 'all is saved', timeout: 20, after: ['go'] };
    (await api.patch(`/containers/${id}`, { freeze })).expect(200);
    const socket = await scene.connect(id);
    await socket.send({ event: 'power', action: 'start' });
    await socket.waitFor('event', (frame) => frame.data === 'running', { timeoutMs: 60_000 });

    const made = await runOperation(scene.host, `/containers/${id}/backups`, { note: 'first' });
    expect(made).toMatchObject({ state: 'done', error: null });
    await socket.waitForText('going on');
    const { backups } = (await api.get(`/containers/${id}/backups`)).parse(listBackups.reply);
    expect(backups).toMatchObject([{ note: 'first', how: 'frozen', damaged: 0 }]);
    const backup = backups[0]?.id;

    const rehearsed = await runOperation(scene.host, `/containers/${id}/backups/${backup}/rehearse`);
    expect(rehearsed).toMatchObject({
      state: 'done',
      result: { rehearsal: { ok: true, words: expect.stringContaining('ready line') } },
    });
    // Of this host: others rehearse on the same engine meanwhile.
    const label = '{{index .Config.Labels "lightdeck.host"}}';
    const host = (await scene.docker('inspect', '-f', label, scene.container(id))).trim();
    const own = ['--filter', 'label=lightdeck.role=rehearsal', '--filter', `label=lightdeck.host=${host}`];
    expect((await scene.docker('ps', '-a', ...own, '-q')).trim()).toBe('');
    const volumes = z.object({ volumes: z.array(z.object({ id: z.string() })) });
    expect((await api.get('/volumes')).parse(volumes).volumes.map((one) => one.id)).toEqual([
      volume.volume_id,
    ]);

    writeFileSync(join(volume.path, 'world'), 'a bad day\n');
    writeFileSync(join(volume.path, 'griefed'), '');
    const mark = socket.mark();
    const restored = await runOperation(scene.host, `/containers/${id}/backups/${backup}/restore`, {
      stop: true,
    });
    expect(restored).toMatchObject({ state: 'done', error: null });
    await socket.waitFor('event', (frame) => frame.data === 'running', { since: mark, timeoutMs: 60_000 });
    expect(readFileSync(join(volume.path, 'world'), 'utf8')).toBe('the first day\n');
    expect(existsSync(join(volume.path, 'griefed'))).toBe(false);

    rmSync(join(volume.path, 'world'));
    await runOperation(scene.host, `/containers/${id}/backups`);
    const [broken] = (await api.get(`/containers/${id}/backups`)).parse(listBackups.reply).backups;
    const failed = await runOperation(scene.host, `/containers/${id}/backups/${broken?.id}/rehearse`);
    expect(failed).toMatchObject({ state: 'failed', error: expect.stringMatching(/exit code 3.*no world/) });
    const [after] = (await api.get(`/containers/${id}/backups`)).parse(listBackups.reply).backups;
    expect(after).toMatchObject({ rehearsed_at: null, rehearsal: { ok: false } });
    await socket.close();
  }, 120_000);
});
