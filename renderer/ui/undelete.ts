import { undeleteContainer } from '../../shared/http/deleted.ts';
import { api, queryClient } from '../link/api.ts';

/** Brings a deleted server back; how that went, in words. Rejects with the host's refusal. */
export async function undelete(server: { id: string; name: string; deletion: string }): Promise<string> {
  const { id, name, deletion } = server;
  try {
    const back = await api.call(undeleteContainer, { params: { id }, body: { deletion } });
    const lost = back.lost_ports.map(({ port, protocol }) => `${port}/${protocol}`);
    const told = [
      lost.length === 0
        ? `${name} is back.`
        : `${name} is back, without these ports, which it can’t have any more: ${lost.join(', ')}.`,
    ];
    if (back.sftp_login === 'taken') told.push('Another server has its SFTP user name by now.');
    return told.join(' ');
  } finally {
    for (const key of ['deleted', 'ports', 'container'])
      void queryClient.invalidateQueries({ queryKey: [key] });
  }
}
