import { isAbsolute } from 'node:path';
import { HttpClient } from '../../client/http-client.ts';
import { getContainer } from '../../shared/http/containers.ts';
import { listVolumes } from '../../shared/http/volumes.ts';
import type { Connection } from '../../shared/model/connection.ts';

const answerMs = 5_000;

/** The folder of a server's volume on this machine; null if there is no such server, or the host doesn't tell. Never rejects. */
export async function volumeFolder(connection: Connection, serverId: string): Promise<string | null> {
  const client = new HttpClient({ connection: () => connection, answerMs });
  try {
    const server = await client.call(getContainer, { params: { id: serverId } });
    const { volumes } = await client.call(listVolumes, {});
    const folder = volumes.find(({ id }) => id === server.volume_id)?.path;
    return folder !== undefined && isAbsolute(folder) ? folder : null;
  } catch {
    return null;
  }
}
