import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useStore } from 'zustand';
import { restartContainer } from '../../../../shared/http/containers.ts';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { api } from '../../../link/api.ts';
import { QueryTrouble } from '../../../ui/query-trouble.tsx';
import { useContainer } from '../use-container.ts';
import { DeleteSection } from './delete-section.tsx';
import { EnvironmentSection } from './environment-section.tsx';
import { InstallSection } from './install-section.tsx';
import { LimitsSection } from './limits-section.tsx';
import { waitingStore } from './saving.ts';
import { SizeSection } from './size-section.tsx';
import { StartSection } from './start-section.tsx';
import { StopSection } from './stop-section.tsx';
import { words } from './words.ts';

/** Everything that was decided about a server, and what can still be. */
export default function SettingsTab({ server }: { server: ServerSummary }) {
  const id = server.internal_id;
  const query = useContainer(id);
  if (query.error)
    return <QueryTrouble error={query.error} what={words.seeSettings} onRetry={() => void query.refetch()} />;
  if (!query.data) return null;
  const container = query.data;
  return (
    <Stack gap="md" maw={760} pb="xl">
      <Waiting server={server} />
      {server.state === 'installing' && <Alert color="gray">{words.readOnlyInstalling}</Alert>}
      {/* What was saved becomes what the sections begin with; what another section has unsaved stays. */}
      <StartSection container={container} server={server} />
      <StopSection container={container} server={server} />
      <EnvironmentSection container={container} server={server} />
      <LimitsSection container={container} />
      <SizeSection volume={container.volume_id} />
      <InstallSection container={container} server={server} />
      <DeleteSection server={server} volume={container.volume_id} />
    </Stack>
  );
}

function Waiting({ server }: { server: ServerSummary }) {
  const id = server.internal_id;
  const waiting = useStore(waitingStore, (all) => all[id]);
  const restart = useMutation({ mutationFn: () => api.call(restartContainer, { params: { id } }) });
  const isOver = waiting === undefined || waiting.run !== server.started_at || server.started_at === null;
  if (isOver || waiting.fields.length === 0) return null;
  return (
    <Alert color="yellow" role="status">
      <Group>
        <Text size="sm">{words.waits(waiting.fields.join(', '))}</Text>
        <Button
          size="compact-sm"
          variant="default"
          loading={restart.isPending}
          onClick={() => restart.mutate()}
        >
          {words.restart}
        </Button>
      </Group>
    </Alert>
  );
}
