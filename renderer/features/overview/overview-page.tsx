import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconServer } from '@tabler/icons-react';
import { useLocation } from 'wouter';
import { useStore } from 'zustand';
import { hasCrashed } from '../../../shared/model/server.ts';
import './overview.css';
import type { ServerSummary } from '../../../shared/model/host.ts';
import { hostStore } from '../../state/host-store.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Loading } from '../../ui/loading.tsx';
import { mayCreateServers } from '../../ui/permission.ts';
import { usePermission } from '../../ui/use-permission.ts';
import { Attention } from './attention.tsx';
import { EngineLacks } from './engine-lacks.tsx';
import { HostFigures } from './host-figures.tsx';
import { LeftBehind } from './left-behind.tsx';
import { ServerCard } from './server-card.tsx';
import { strings } from './strings.ts';

export function OverviewPage() {
  const servers = useStore(hostStore.store, (view) => view.servers);
  return (
    <Stack p={{ base: 'md', md: 'xl' }} gap="lg">
      <Title order={1}>{strings.title}</Title>
      {servers !== null && <Attention servers={servers} />}
      <LeftBehind />
      <EngineLacks />
      <HostFigures />
      {servers === null ? (
        <Loading what={strings.waiting} />
      ) : servers.length === 0 ? (
        <NoServers />
      ) : (
        <Cards servers={servers} />
      )}
    </Stack>
  );
}

/** What needs a look comes first; within that the order of names stays, so that nothing jumps. */
const urgency: Record<ServerSummary['state'], number> = {
  failed: 0,
  unknown: 1,
  installing: 1,
  starting: 1,
  stopping: 1,
  running: 1,
  installed: 1,
  exit: 1,
};

const urgencyOf = (server: ServerSummary): number =>
  server.state === 'exit' && hasCrashed(server.last_exit) ? 0 : urgency[server.state];

function Cards({ servers }: { servers: readonly ServerSummary[] }) {
  const sorted = servers.toSorted((a, b) => urgencyOf(a) - urgencyOf(b));
  const running = servers.filter(({ state }) => state === 'running').length;
  return (
    <Stack component="section" gap="xs" aria-labelledby="cards-heading">
      <Group justify="space-between">
        <Title order={2} id="cards-heading">
          {strings.servers}
        </Title>
        <Text size="sm" className="quiet figures">
          {strings.running(running, servers.length)}
        </Text>
      </Group>
      <div className="card-grid">
        {sorted.map((server) => (
          <ServerCard key={server.internal_id} server={server} />
        ))}
      </div>
    </Stack>
  );
}

function NoServers() {
  const [, navigate] = useLocation();
  const permission = usePermission();
  if (!permission.isKnown) return null;
  if (!mayCreateServers(permission))
    return (
      <EmptyState icon={<IconServer size={40} stroke={1.25} />} title={strings.noServers}>
        <Text className="quiet">{strings.noneForToken}</Text>
      </EmptyState>
    );
  return (
    <EmptyState icon={<IconServer size={40} stroke={1.25} />} title={strings.noServers}>
      <Text className="quiet">{strings.whatThisIs}</Text>
      <Button onClick={() => navigate('/new')}>{strings.firstServer}</Button>
    </EmptyState>
  );
}
