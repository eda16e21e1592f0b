import { Group, Stack, Tabs, Text, Title } from '@mantine/core';
import { Suspense } from 'react';
import { Link, useLocation, useRoute } from 'wouter';
import { useStore } from 'zustand';
import type { ServerSummary } from '../../../shared/model/host.ts';
import { hasCrashed } from '../../../shared/model/server.ts';
import { findServer, hostStore } from '../../state/host-store.ts';
import { CopyButton } from '../../ui/copy.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { sentenceOf } from '../../ui/engine-words.tsx';
import { duration, moment } from '../../ui/format.ts';
import { GameFace } from '../../ui/game-face.tsx';
import { gameTitle } from '../../ui/game-title.ts';
import { Loading } from '../../ui/loading.tsx';
import { PlayerCount } from '../../ui/player-count.tsx';
import { PowerButtons } from '../../ui/power-buttons.tsx';
import { useServerAddress } from '../../ui/server-address.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { UpdateMark } from '../../ui/update-mark.tsx';
import { useNow } from '../../ui/use-now.ts';
import { usePermission } from '../../ui/use-permission.ts';
import { firstTab, serverTabs, tabsFor } from '../server-tabs.ts';
import CrashCard from './crashes/crash-card.tsx';
import { PendingRestart } from './crashes/pending-restart.tsx';
import { ServerProvider, useServerStore } from './server-context.ts';
import { strings } from './strings.ts';
import { TabStrip } from './tab-strip.tsx';
import { useServerKeys } from './use-server-keys.ts';

/** One server: its header, and the tab that the address names. */
export default function ServerPage({ id }: { id: string }) {
  const server = useStore(hostStore.store, (view) => findServer(view, id));
  const isKnown = useStore(hostStore.store, (view) => view.servers !== null);
  const store = useServerStore(id);
  if (!store || !isKnown) return null;
  if (!server)
    return (
      <EmptyState isPage title={strings.unknownServer}>
        <Text className="quiet">{strings.unknownHelp}</Text>
        <Link href="/">{strings.toOverview}</Link>
      </EmptyState>
    );
  return (
    <ServerProvider value={store}>
      <Stack gap={0} className="server-page">
        <Header server={server} />
        <CrashCard server={server} />
        <ServerTabs server={server} />
      </Stack>
    </ServerProvider>
  );
}

function Header({ server }: { server: ServerSummary }) {
  const address = useServerAddress(server.ports);
  return (
    <Group justify="space-between" px={{ base: 'md', md: 'xl' }} py="md" gap="md">
      <Stack gap={2} miw={0}>
        <Group gap="md" wrap="nowrap">
          <GameFace game={server.game?.id} size={36} />
          <Title order={1} className="ellipsis">
            {server.name}
          </Title>
          <StateBadge state={server.state} hasCrashed={hasCrashed(server.last_exit)} />
          {server.started_at !== null && <Uptime since={server.started_at} />}
        </Group>
        <Group gap="md" style={{ rowGap: 2 }}>
          {server.game && (
            <Text size="sm" className="quiet">
              {gameTitle(server.game)}
            </Text>
          )}
          {address && (
            <Group gap={4} className="quiet" wrap="nowrap">
              <Text size="sm">{address}</Text>
              <CopyButton text={address} what={strings.address} />
            </Group>
          )}
          <PlayerCount server={server} />
          <UpdateMark server={server.internal_id} name={server.name} />
          <LastEnd server={server} />
          <StillStarting server={server} />
          {server.next_start && <PendingRestart id={server.internal_id} pending={server.next_start} />}
          {server.is_full && (
            <Text size="sm" c="var(--state-busy)" fw={500}>
              {strings.isFull} <Link href={`/servers/${server.internal_id}/files`}>{strings.toFiles}</Link>
            </Text>
          )}
        </Group>
      </Stack>
      <Group gap="xs">
        <PowerButtons id={server.internal_id} name={server.name} state={server.state} />
      </Group>
    </Group>
  );
}

/** How the last run ended, as long as that matters: while there is no other, and after a crash. */
function LastEnd({ server: { state, last_exit: exit } }: { server: ServerSummary }) {
  if (exit === null) return null;
  if (state === 'exit')
    return (
      <Text size="sm" className="quiet">
        {strings.ended(sentenceOf(exit.reason), moment(exit.at))}
      </Text>
    );
  if (!hasCrashed(exit)) return null;
  return (
    <Text size="sm" c="var(--state-bad)">
      {strings.crashedLast(moment(exit.at), sentenceOf(exit.reason))}
    </Text>
  );
}

/** Longest start (ms) of which nothing is said. */
const usualStart = 120_000;

/** A start that takes long mostly waits for a line that never comes: nobody would know from “Starting”. */
function StillStarting({ server }: { server: ServerSummary }) {
  const now = useNow(5000);
  const since = server.state === 'starting' ? server.started_at : null;
  if (since === null || now - since < usualStart) return null;
  return (
    <Text size="sm" c="var(--state-busy)" role="status">
      {strings.stillStarting(duration(now - since))}
    </Text>
  );
}

function Uptime({ since }: { since: number }) {
  return (
    <Text size="sm" className="quiet figures" style={{ whiteSpace: 'nowrap' }}>
      {duration(useNow() - since)}
    </Text>
  );
}

function ServerTabs({ server }: { server: ServerSummary }) {
  const id = server.internal_id;
  const [, params] = useRoute('/servers/:id/:tab/*?');
  const [, navigate] = useLocation();
  const { may } = usePermission();
  const current = serverTabs.find((tab) => tab.id === params?.tab) ?? firstTab;
  const offered = tabsFor(may, id);
  const { Panel } = current;
  useServerKeys(server, current.id);
  const choose = (tab: string): void => navigate(`/servers/${id}/${tab}`);
  return (
    <Tabs
      className="server-tabs"
      value={current.id}
      onChange={(value) => choose(value ?? firstTab.id)}
      keepMounted={false}
    >
      {/* Who comes by a link to one that isn't offered is told there what is missing. */}
      <TabStrip
        tabs={serverTabs.filter((tab) => tab === current || offered.includes(tab))}
        current={current}
        onChoose={choose}
      />
      <Suspense fallback={<Loading what={strings.loading} />}>
        <Tabs.Panel value={current.id} p={{ base: 'sm', md: 'md' }}>
          <Panel server={server} />
        </Tabs.Panel>
      </Suspense>
    </Tabs>
  );
}
