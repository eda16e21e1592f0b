import { Alert, Button, Code, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconClock, IconPlugConnectedX, IconSearch } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import { useStore } from 'zustand';
import type { SocketStatus } from '../../../client/reconnecting-socket.ts';
import { lookForEngine } from '../../../shared/http/engine.ts';
import type { EndpointAttempt, EngineState, StoreState } from '../../../shared/model/host.ts';
import { hostText } from '../../../shared/texts/host-text.ts';
import { api } from '../../link/api.ts';
import { isDesktop } from '../../link/credentials.ts';
import { session } from '../../link/session.ts';
import { hostStore } from '../../state/host-store.ts';
import { CopyButton } from '../../ui/copy.tsx';
import { DelayedFallback } from '../../ui/delayed-fallback.tsx';
import { duration, moment } from '../../ui/format.ts';
import { openLink } from '../../ui/open-link.ts';
import { showFailure } from '../../ui/show-failure.ts';
import { useNow } from '../../ui/use-now.ts';
import { usePermission } from '../../ui/use-permission.ts';
import { strings } from './strings.ts';

/** What stands above every page while something is wrong with the host, its engine, or our right to see them. */
export default function HostBanner() {
  const link = useStore(hostStore.store, (view) => view.link);
  const engine = useStore(hostStore.store, (view) => view.host?.engine ?? null);
  const store = useStore(hostStore.store, (view) => view.host?.store ?? null);
  const expiresAt = useStore(hostStore.store, (view) => view.expiresAt);
  if (link.status === 'offline') return <Offline link={link} />;
  return (
    <>
      {engine?.status === 'down' && <NoDocker engine={engine} />}
      {engine?.status === 'connecting' && (
        <DelayedFallback>
          <LookingForDocker />
        </DelayedFallback>
      )}
      {store?.status === 'failing' && <CantSave store={store} />}
      {expiresAt !== null && !isDesktop() && <Expiring at={expiresAt} />}
    </>
  );
}

function Offline({ link }: { link: Extract<SocketStatus, { status: 'offline' }> }) {
  const now = useNow();
  return (
    <Alert
      variant="transparent"
      color="gray"
      className="banner banner-busy"
      icon={<IconPlugConnectedX />}
      radius={0}
    >
      <Group gap="md" justify="space-between">
        <div>
          <Text size="sm" fw={500} role="status">
            {strings.offline(moment(link.since))}
          </Text>
          <Text size="sm">{strings.offlineHelp}</Text>
        </div>
        <Group gap="sm">
          {/* Changes each second: not for being read out. */}
          <Text size="sm" className="figures" aria-hidden="true">
            {strings.offlineFor(duration(now - link.since))} ·{' '}
            {strings.retryIn(Math.max(0, Math.ceil((link.retryAt - now) / 1000)))}
          </Text>
          <Button size="compact-sm" variant="default" onClick={() => hostStore.retryNow()}>
            {strings.retry}
          </Button>
        </Group>
      </Group>
    </Alert>
  );
}

function BadNews({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Alert
      variant="transparent"
      color="gray"
      className="banner banner-bad"
      icon={<IconAlertTriangle />}
      title={title}
      role="alert"
      radius={0}
    >
      <Stack gap="xs">{children}</Stack>
    </Alert>
  );
}

function NoDocker({ engine }: { engine: Extract<EngineState, { status: 'down' }> }) {
  return (
    <BadNews title={strings.dockerDown(moment(engine.since))}>
      <Text size="sm">
        {hostText(engine.cause)} {hostText(engine.help)}
      </Text>
      {engine.commands?.map((command) => (
        <Group key={command} gap="xs" wrap="nowrap">
          <Code style={{ overflowWrap: 'anywhere' }}>{command}</Code>
          <CopyButton text={command} what={strings.copy.command} />
        </Group>
      ))}
      <Text size="sm">{strings.unknownMeanwhile}</Text>
      <Group gap="sm">
        <LookAgain />
        {engine.guide !== undefined && <Guide url={engine.guide} />}
        <ChooseEngine />
      </Group>
      <Tried tried={engine.tried} />
    </BadNews>
  );
}

/** The host looks by itself each second; who has just started Docker wants to know now. */
function LookAgain() {
  const permission = usePermission();
  const look = useMutation({ mutationFn: () => api.call(lookForEngine, {}), onError: showFailure });
  if (permission.isBound || !permission.may('system')) return null;
  return (
    <>
      <Button size="compact-sm" variant="default" loading={look.isPending} onClick={() => look.mutate()}>
        {strings.lookAgain}
      </Button>
      <Text size="sm" role="status">
        {look.data?.status === 'down' && !look.isPending ? strings.stillDown(moment(look.submittedAt)) : ''}
      </Text>
    </>
  );
}

function Guide({ url }: { url: string }) {
  return (
    <Button size="compact-sm" variant="default" onClick={() => void openLink(url)}>
      {strings.installGuide}
    </Button>
  );
}

function ChooseEngine() {
  const permission = usePermission();
  const [, navigate] = useLocation();
  if (permission.isBound || !permission.may('system')) return null;
  return (
    <Button size="compact-sm" variant="default" onClick={() => navigate('/settings')}>
      {strings.chooseEngine}
    </Button>
  );
}

/** The host can't write its database: what is asked of it now would be forgotten, so it refuses. */
function CantSave({ store }: { store: Extract<StoreState, { status: 'failing' }> }) {
  return (
    <BadNews title={strings.cantSave(moment(store.since))}>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {hostText(store.problem)}
      </Text>
      <Text size="sm">{strings.cantSaveHelp}</Text>
    </BadNews>
  );
}

function Tried({ tried }: { tried: readonly EndpointAttempt[] }) {
  if (tried.length === 0) return null;
  const told = tried.map(({ endpoint, source, result }) => ({
    endpoint,
    source: hostText(source),
    result: hostText(result),
  }));
  const lines = told.map(({ endpoint, source, result }) => strings.attemptLine(endpoint, source, result));
  return (
    <details>
      <summary>{strings.tried}</summary>
      <Stack gap={4} mt="xs">
        {told.map(({ endpoint, source, result }) => (
          <Text size="sm" key={`${endpoint} ${source}`} style={{ overflowWrap: 'anywhere' }}>
            <Code>{endpoint}</Code> {strings.attempt(source, result)}
          </Text>
        ))}
        <CopyButton text={lines.join('\n')} what={strings.copy.tried} />
      </Stack>
    </details>
  );
}

function LookingForDocker() {
  return (
    <Alert
      variant="transparent"
      color="gray"
      className="banner banner-off"
      icon={<IconSearch />}
      title={strings.lookingForDocker}
      role="status"
      radius={0}
    >
      <Text size="sm">{strings.lookingHelp}</Text>
    </Alert>
  );
}

function Expiring({ at }: { at: number }) {
  const left = at - useNow();
  return (
    <Alert
      variant="transparent"
      color="gray"
      className="banner banner-busy"
      icon={<IconClock />}
      role="status"
      radius={0}
    >
      <Group gap="md" justify="space-between">
        <Text size="sm" className="figures" aria-live="off">
          {left > 0 ? strings.expiring(duration(left)) : strings.expired}
        </Text>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => session.refused(left > 0 ? strings.anotherToken : strings.expired)}
        >
          {strings.signInAgain}
        </Button>
      </Group>
    </Alert>
  );
}
