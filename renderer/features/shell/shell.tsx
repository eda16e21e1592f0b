import { AppShell, Burger, Group, Loader, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { lazy, Suspense } from 'react';
import { Link, Route, Switch } from 'wouter';
import { useStore } from 'zustand';
import { hostStore } from '../../state/host-store.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { percent } from '../../ui/format.ts';
import { OverviewPage } from '../overview/overview-page.tsx';
import { Palette } from '../palette/palette.tsx';
import { HostBanner } from './host-banner.tsx';
import { Sidebar } from './sidebar.tsx';
import { words } from './words.ts';

const ServerPage = lazy(() => import('../server/server-page.tsx'));
const NewServerPage = lazy(() => import('../new-server/new-server-page.tsx'));
const SharingPage = lazy(() => import('../sharing/sharing-page.tsx'));
const ActivityPage = lazy(() => import('../activity/activity-page.tsx'));
const SettingsPage = lazy(() => import('../settings/settings-page.tsx'));

/** The frame around every page: the servers at the left, trouble at the top, the page itself. */
export function Shell() {
  const [isOpen, { toggle, close }] = useDisclosure(false);
  return (
    <AppShell
      header={{ height: 48 }}
      navbar={{ width: 264, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={0}
    >
      <Palette />
      <a href="#content" className="skip-link">
        {words.skip}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" gap="md" wrap="nowrap">
          <Burger opened={isOpen} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={words.menu} />
          <HostName />
          <EngineWords />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar>
        <Sidebar onNavigate={close} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} style={{ background: 'var(--page)' }}>
        <HostBanner />
        <Suspense fallback={<Loader m="xl" aria-label="Loading" />}>
          <Switch>
            <Route path="/">
              <OverviewPage />
            </Route>
            <Route path="/new/*?" component={NewServerPage} />
            <Route path="/network" component={SharingPage} />
            <Route path="/activity" component={ActivityPage} />
            <Route path="/settings/*?" component={SettingsPage} />
            <Route path="/servers/:id/*?">{({ id }) => <ServerPage key={id} id={id} />}</Route>
            <Route>
              <EmptyState title={words.notFound}>
                <Link href="/">{words.toOverview}</Link>
              </EmptyState>
            </Route>
          </Switch>
        </Suspense>
      </AppShell.Main>
    </AppShell>
  );
}

function HostName() {
  const name = useStore(hostStore.store, (view) => view.host?.name ?? 'Lightdeck');
  return (
    <Text fw={600} className="ellipsis">
      {name}
    </Text>
  );
}

function EngineWords() {
  const host = useStore(hostStore.store, (view) => view.host);
  if (!host) return null;
  const { engine, cpu } = host;
  const name =
    engine.status === 'up'
      ? `${engine.kind === 'podman' ? 'Podman' : 'Docker'} ${engine.version.split('+')[0]}`
      : engine.status === 'down'
        ? words.noDocker
        : words.lookingForDocker;
  return (
    <Text size="sm" className="quiet figures ellipsis" visibleFrom="xs">
      {name} · CPU {percent(cpu.usage / Math.max(1, cpu.cores))}
    </Text>
  );
}
