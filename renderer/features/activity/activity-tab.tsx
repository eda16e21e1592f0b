import { Stack, Text, Title } from '@mantine/core';
import type { ServerSummary } from '../../../shared/model/host.ts';
import { sentenceOf } from '../../ui/engine-words.tsx';
import { moment } from '../../ui/format.ts';
import { AuditList } from './audit-list.tsx';
import { strings } from './strings.ts';

/** How the server's last run ended, and who changed what of it. */
export default function ActivityTab({ server }: { server: ServerSummary }) {
  const { last_exit } = server;
  return (
    <Stack gap="md" pb="xl">
      {last_exit && (
        <Stack className="surface" p="md" gap={4}>
          <Title order={2} size="h4">
            {strings.lastExit}
          </Title>
          <Text size="sm">
            <span className="figures">{moment(last_exit.at)}</span>: {sentenceOf(last_exit.reason)}
          </Text>
        </Stack>
      )}
      <AuditList server={server.internal_id} />
    </Stack>
  );
}
