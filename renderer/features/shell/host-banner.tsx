import { Alert, Button, Code, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconPlugConnectedX } from '@tabler/icons-react';
import { useStore } from 'zustand';
import type { EngineState } from '../../../shared/model/host.ts';
import type { LinkStatus } from '../../link/socket-link.ts';
import { hostStore } from '../../state/host-store.ts';
import { moment } from '../../ui/format.ts';
import { useNow } from '../../ui/use-now.ts';
import { words } from './words.ts';

/** What stands above every page while something is wrong with the host or its engine. */
export function HostBanner() {
  const link = useStore(hostStore.store, (view) => view.link);
  const engine = useStore(hostStore.store, (view) => view.host?.engine ?? null);
  if (link.status === 'offline') return <Offline link={link} />;
  return engine?.status === 'down' ? <NoDocker engine={engine} /> : null;
}

function Offline({ link }: { link: Extract<LinkStatus, { status: 'offline' }> }) {
  const seconds = Math.ceil((link.retryAt - useNow()) / 1000);
  return (
    <Alert color="orange" icon={<IconPlugConnectedX />} role="status" radius={0}>
      <Group gap="md">
        <Text size="sm" className="figures">
          {words.offline(moment(link.since), seconds)}
        </Text>
        <Button size="compact-sm" variant="default" onClick={() => hostStore.retryNow()}>
          {words.retry}
        </Button>
      </Group>
    </Alert>
  );
}

function NoDocker({ engine }: { engine: Extract<EngineState, { status: 'down' }> }) {
  return (
    <Alert color="red" icon={<IconAlertTriangle />} title={words.noDocker} role="alert" radius={0}>
      <Stack gap="xs">
        <Text size="sm">
          {engine.cause} {engine.help}
        </Text>
        <details>
          <summary>{words.tried}</summary>
          <Stack gap={4} mt="xs">
            {engine.tried.map(({ endpoint, source, result }) => (
              <Text size="sm" key={endpoint}>
                <Code>{endpoint}</Code> ({source}): {result}
              </Text>
            ))}
          </Stack>
        </details>
      </Stack>
    </Alert>
  );
}
