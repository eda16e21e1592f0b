import { Button, Stack, Text, Title } from '@mantine/core';
import { IconServer } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { useLocation } from 'wouter';
import { useStore } from 'zustand';
import './overview.css';
import { hostStore } from '../../state/host-store.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { loadPart } from '../../ui/load-part.ts';
import { Loading } from '../../ui/loading.tsx';
import { mayCreateServers } from '../../ui/permission.ts';
import { usePermission } from '../../ui/use-permission.ts';
import { HostFigures } from './host-figures.tsx';
import { Servers } from './servers.tsx';
import { strings } from './strings.ts';

const WhatIsUp = lazy(loadPart(() => import('./what-is-up.tsx')));

export function OverviewPage() {
  const servers = useStore(hostStore.store, (view) => view.servers);
  return (
    <Stack p={{ base: 'md', md: 'xl' }} gap="lg">
      <Title order={1}>{strings.title}</Title>
      <Suspense>
        <WhatIsUp servers={servers} />
      </Suspense>
      <HostFigures />
      {servers === null ? (
        <Loading what={strings.waiting} />
      ) : servers.length === 0 ? (
        <NoServers />
      ) : (
        <Servers servers={servers} />
      )}
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
