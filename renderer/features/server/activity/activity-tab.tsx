import { Stack, Text, Title } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { queryClient } from '../../../link/api.ts';
import { moment } from '../../../ui/format.ts';
import { AuditList, auditKey } from '../../activity/audit-list.tsx';
import { words } from '../../activity/words.ts';

/** How the server's last run ended, and who changed what of it. */
export default function ActivityTab({ server }: { server: ServerSummary }) {
  const { last_exit } = server;
  useRenewal(server);
  return (
    <Stack gap="md" pb="xl">
      {last_exit && (
        <Stack className="surface" p="md" gap={4}>
          <Title order={2} size="h4">
            {words.lastExit}
          </Title>
          <Text size="sm">
            <span className="figures">{moment(last_exit.at)}</span>: {last_exit.reason}
          </Text>
        </Stack>
      )}
      <AuditList server={server.internal_id} />
    </Stack>
  );
}

/** What the socket tells of a server came from somebody: its record is asked for again, and nothing else. */
function useRenewal({ internal_id: id, state, name, image, ports, limits }: ServerSummary): void {
  const now = JSON.stringify([state, name, image, ports, limits]);
  const seen = useRef(now);
  useEffect(() => {
    if (seen.current === now) return;
    seen.current = now;
    void queryClient.invalidateQueries({ queryKey: auditKey(id) });
  }, [id, now]);
}
