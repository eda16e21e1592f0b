import { isAbsolute } from 'node:path';
import { getContainer } from '../../shared/http/containers.ts';
import { vendorType } from '../../shared/http/route.ts';
import { listVolumes } from '../../shared/http/volumes.ts';
import type { HostConnection } from './contract.ts';

const askMs = 5_000;

/** The folder of a server's volume on this machine; null if there is no such server, or the host doesn't tell. */
export async function volumeFolder(host: HostConnection, serverId: string): Promise<string | null> {
  const ask = async (path: string): Promise<unknown> => {
    const reply = await fetch(host.url + path, {
      headers: { authorization: `Bearer ${host.token}`, accept: vendorType },
      signal: AbortSignal.timeout(askMs),
    });
    return reply.ok ? reply.json() : null;
  };
  try {
    const path = getContainer.path.replace(':id', encodeURIComponent(serverId));
    const server = getContainer.reply.parse(await ask(path));
    const { volumes } = listVolumes.reply.parse(await ask(listVolumes.path));
    const folder = volumes.find(({ id }) => id === server.volume_id)?.path;
    return folder !== undefined && isAbsolute(folder) ? folder : null;
  } catch {
    return null;
  }
}
