import { Button, Loader, Stack, Text, Title } from '@mantine/core';
import { IconServer } from '@tabler/icons-react';
import { useLocation } from 'wouter';
import { useStore } from 'zustand';
import type { ServerSummary } from '../../../shared/model/host.ts';
import { hostStore } from '../../state/host-store.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { HostFigures } from './host-figures.tsx';
import { ServerCard } from './server-card.tsx';
import { words } from './words.ts';

export function OverviewPage() {
  const servers = useStore(hostStore.store, (view) => view.servers);
  return (
    <Stack p={{ base: 'md', md: 'xl' }} gap="lg">
      <Title order={1}>{words.title}</Title>
      <HostFigures />
      {servers === null ? <Waiting /> : servers.length === 0 ? <NoServers /> : <Cards servers={servers} />}
    </Stack>
  );
}

/** What needs a look comes first; within that the order stays, so that nothing jumps. */
const urgency: Record<ServerSummary['state'], number> = {
  failed: 0,
  unknown: 1,
  installing: 2,
  starting: 2,
  stopping: 2,
  running: 2,
  installed: 3,
  exit: 3,
};

function Cards({ servers }: { servers: readonly ServerSummary[] }) {
  const sorted = servers.toSorted((a, b) => urgency[a.state] - urgency[b.state]);
  return (
    <div className="card-grid">
      {sorted.map((server) => (
        <ServerCard key={server.internal_id} server={server} />
      ))}
    </div>
  );
}

function Waiting() {
  return (
    <Stack align="center" gap="sm" py="xl">
      <Loader size="sm" />
      <Text className="quiet">{words.waiting}</Text>
    </Stack>
  );
}

function NoServers() {
  const [, navigate] = useLocation();
  return (
    <EmptyState icon={<IconServer size={40} stroke={1.25} />} title={words.noServers}>
      <Text className="quiet">{words.whatThisIs}</Text>
      <Button onClick={() => navigate('/new')}>{words.firstServer}</Button>
    </EmptyState>
  );
}
