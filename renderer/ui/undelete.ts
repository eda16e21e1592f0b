import { undeleteContainer } from '../../shared/http/deleted.ts';
import { textsOf } from '../../shared/texts/messages.ts';
import { api, queryClient } from '../link/api.ts';
import en from './texts/undelete.en.json';

const t = textsOf('ui/undelete', en);

/** Brings a deleted server back; how that went, in words. Rejects with the host's refusal. */
export async function undelete(server: { id: string; name: string; deletion: string }): Promise<string> {
  const { id, name, deletion } = server;
  try {
    const back = await api.call(undeleteContainer, { params: { id }, body: { deletion } });
    const lost = back.lost_ports.map(({ port, protocol }) => `${port}/${protocol}`);
    const told = [
      lost.length === 0 ? t('back', { name }) : t('backWithout', { name, ports: lost.join(', ') }),
    ];
    if (back.sftp_login === 'taken') told.push(t('loginTaken'));
    return told.join(' ');
  } finally {
    for (const key of ['deleted', 'ports', 'container'])
      void queryClient.invalidateQueries({ queryKey: [key] });
  }
}
