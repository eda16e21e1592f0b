import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { suiteCleanup } from '../support/cleanup.ts';
import { has } from '../support/requirements.ts';
import { openScene } from '../support/scene.ts';

const listing = z.object({ files: z.array(z.object({ name: z.string() })) });
const change = z.object({ data_path: z.string(), restart_required: z.array(z.string()) });

describe.skipIf(!has('images'))('data_path', () => {
  const onEnd = suiteCleanup();

  it('is where an image finds the volume that it does not look for in /home/container, install included', async () => {
    const scene = await openScene({ onEnd });
    const { api } = scene.host;
    const { volume_id } = (await api.post('/volumes')).parse(z.object({ volume_id: z.string() }), 201);
    const request = {
      startup_command: 'echo run > /data/by-run; cat by-install; sleep 1000',
      install_script: 'echo made > /data/by-install',
      data_path: '/data',
      volume_id,
    };
    const id = await scene.server(request);
    const socket = await scene.connect(id, { after: '0' });
    await socket.send({ event: 'power', action: 'start' });
    await socket.waitFor('console', ({ data }) => data.includes('made'));
    const { files } = (await api.get(`/volumes/${volume_id}/files`)).parse(listing);
    expect(files.map(({ name }) => name).sort()).toEqual(['by-install', 'by-run']);
    const changed = (await api.patch(`/containers/${id}`, { data_path: '/elsewhere' })).parse(change);
    expect(changed).toEqual({ data_path: '/elsewhere', restart_required: ['data_path'] });
  });
});
