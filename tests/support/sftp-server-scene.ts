import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { busyboxImage } from './images.ts';
import type { Login } from './openssh.ts';
import type { Scene } from './scene.ts';
import { until } from './until.ts';

const volumeReply = z.object({ volume_id: z.string(), path: z.string() });
const credentialsReply = z.object({ username: z.string(), password: z.string(), port: z.number() });

/** A server of a real host with a volume of `megabytes`, and its SFTP login. It goes with the scene. */
export async function sftpServer(
  scene: Scene,
  { megabytes = 256, command = 'sleep 600' } = {},
): Promise<{ id: string; path: string; login: Login }> {
  const { api } = scene.host;
  const volume = (await api.post('/volumes', { size: megabytes })).parse(volumeReply, 201);
  const id = `t${randomBytes(5).toString('hex')}`;
  scene.adopt(id);
  const body = {
    internal_id: id,
    image: await busyboxImage(),
    volume_id: volume.volume_id,
    startup_command: command,
  };
  (await api.post('/containers', body)).expect(200);
  await until(async () => (await scene.state(id)).state === 'installed', {
    timeoutMs: 60_000,
    what: 'the install',
  });
  const login = (await api.post(`/containers/${id}/sftp/credentials`)).parse(credentialsReply);
  return { id, path: volume.path, login };
}
