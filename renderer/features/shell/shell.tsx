import { ActionIcon, AppShell, Burger, Button, Group, Kbd, Text } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconKeyboard, IconSearch } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense, useEffect, useRef } from 'react';
import { Link, Route, Switch, useLocation } from 'wouter';
import { useStore } from 'zustand';
import './shell.css';
import { hostStore } from '../../state/host-store.ts';
import { openPalette, openShortcuts } from '../../state/overlay-store.ts';
import { AppIcon } from '../../ui/app-icon.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { modKey } from '../../ui/keys.ts';
import { loadPart } from '../../ui/load-part.ts';
import { Loading } from '../../ui/loading.tsx';
import { PageBoundary } from '../../ui/page-boundary.tsx';
import { pages, ServerPage } from '../pages.ts';
import { PageTitle } from './page-title.ts';
import { Sidebar } from './sidebar.tsx';
import { strings } from './strings.ts';

/** Comes right behind the first paint, so it is there when the host goes away. */
const HostBanner = lazy(loadPart(() => import('./host-banner.tsx')));
const CrashToasts = lazy(loadPart(() => import('./crash-toasts.tsx')));

/** The frame around every page: the servers at the left, trouble at the top, the page itself. */
export function Shell() {
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const isNarrow = useMediaQuery('(max-width: 47.99em)') ?? false;
  const burger = useRef<HTMLButtonElement>(null);
  const isOffline = useStore(hostStore.store, (view) => view.link.status === 'offline');
  const isDrawer = isNarrow && isOpen;
  useEscape(isDrawer, () => {
    close();
    burger.current?.focus();
  });
  return (
    <AppShell
      header={{ height: 48 }}
      navbar={{ width: 264, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={0}
      transitionDuration={120}
      data-offline={isOffline || undefined}
    >
      <PageTitle />
      <Suspense>
        <CrashToasts />
      </Suspense>
      <a href="#content" className="skip-link">
        {strings.skip}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" gap="md" wrap="nowrap">
          <Burger
            ref={burger}
            opened={isOpen}
            onClick={toggle}
            hiddenFrom="sm"
            size="sm"
            aria-label={strings.menu}
            aria-expanded={isOpen}
            aria-controls="sidebar"
          />
          <Brand />
          <FindButton />
        </Group>
      </AppShell.Header>
      {/* A closed drawer is only pushed out of sight: nobody may tab into it. An open one hides the page. */}
      <AppShell.Navbar id="sidebar" inert={isNarrow && !isOpen}>
        <Sidebar onNavigate={close} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} inert={isDrawer} style={{ background: 'var(--page)' }}>
        <Suspense fallback={null}>
          <HostBanner />
        </Suspense>
        <Pages />
      </AppShell.Main>
    </AppShell>
  );
}

function Pages() {
  const [place] = useLocation();
  return (
    <PageBoundary place={place}>
      <Suspense fallback={<Loading what={strings.loading} />}>
        <Switch>
          {pages.map(({ path, hasSubpages, Page }) => (
            <Route key={path} path={hasSubpages ? `${path}/*?` : path}>
              <Page />
            </Route>
          ))}
          <Route path="/servers/:id/*?">{({ id }) => <ServerPage key={id} id={id} />}</Route>
          <Route>
            <NotFound />
          </Route>
        </Switch>
      </Suspense>
    </PageBoundary>
  );
}

function NotFound() {
  return (
    <EmptyState isPage title={strings.notFound}>
      <Text className="quiet">{strings.notFoundHelp}</Text>
      <Link href="/">{strings.toOverview}</Link>
    </EmptyState>
  );
}

function Brand() {
  return (
    <Link href="/" className="brand" aria-label={strings.home}>
      <AppIcon size={20} />
      <span>Lightdeck</span>
    </Link>
  );
}

function FindButton() {
  return (
    <Group gap={4} wrap="nowrap">
      <Button
        variant="default"
        size="compact-md"
        className="find-button"
        leftSection={<IconSearch size={14} />}
        rightSection={<Keys />}
        onClick={openPalette}
        aria-keyshortcuts="Control+K Meta+K"
        visibleFrom="xs"
      >
        {strings.find}
      </Button>
      <IconButton label={strings.find} onClick={openPalette} hiddenFrom="xs">
        <IconSearch size={18} />
      </IconButton>
      <IconButton label={strings.shortcuts} onClick={openShortcuts} visibleFrom="sm">
        <IconKeyboard size={18} />
      </IconButton>
    </Group>
  );
}

function Keys() {
  return (
    <span aria-hidden="true">
      <Kbd size="xs">{modKey} K</Kbd>
    </span>
  );
}

interface IconButtonProps {
  label: string;
  onClick: () => void;
  hiddenFrom?: 'xs';
  visibleFrom?: 'sm';
  children: ReactNode;
}

function IconButton({ label, children, ...rest }: IconButtonProps) {
  return (
    <ActionIcon data-tip={label} variant="subtle" color="gray" size={36} aria-label={label} {...rest}>
      {children}
    </ActionIcon>
  );
}

/** Esc, while `isOn`, unless something else that is open took it. */
function useEscape(isOn: boolean, onEscape: () => void): void {
  const latest = useRef(onEscape);
  latest.current = onEscape;
  useEffect(() => {
    if (!isOn) return;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented) latest.current();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [isOn]);
}
