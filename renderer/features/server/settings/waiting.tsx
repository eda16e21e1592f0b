import { Alert, Button, Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type Container, restartContainer } from '../../../../shared/http/containers.ts';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { api, queryClient } from '../../../link/api.ts';
import { usePermission } from '../../../ui/use-permission.ts';
import { containerKey } from '../use-container.ts';
import { fieldLabel, strings } from './strings.ts';

/** What was changed since the server's container was made, as the host knows it; the offer to restart for it. */
export function Waiting({ container, server }: { container: Container; server: ServerSummary }) {
  const { internal_id: id, started_at: run } = server;
  const { may } = usePermission();
  const restart = useMutation({ mutationFn: () => api.call(restartContainer, { params: { id } }) });
  // With each run the answer is another one.
  const isOfThisRun = container.started_at === run;
  useEffect(() => {
    if (container.started_at !== run) void queryClient.invalidateQueries({ queryKey: containerKey(id) });
  }, [id, run, container.started_at]);
  const names = [...new Set(container.pending_restart.map(fieldLabel))];
  if (!isOfThisRun || run === null || names.length === 0) return null;
  return (
    <Alert color="yellow" role="status">
      <Group>
        <Text size="sm">{strings.waits(names.join(', '))}</Text>
        {may('power', id) && (
          <Button
            size="compact-sm"
            variant="default"
            loading={restart.isPending}
            onClick={() => restart.mutate()}
          >
            {strings.restart}
          </Button>
        )}
        {restart.error && (
          <Text size="sm" role="alert">
            {hostText(restart.error.message)}
          </Text>
        )}
      </Group>
    </Alert>
  );
}
