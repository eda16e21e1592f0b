import { Button, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import { useStore } from 'zustand';
import type { ShownCrash } from '../../../shared/model/crash.ts';
import type { HostInfo, ServerSummary } from '../../../shared/model/host.ts';
import { hostStore } from '../../state/host-store.ts';
import { sentenceOf } from '../../ui/engine-words.tsx';
import { bytes, moment } from '../../ui/format.ts';
import { usePower } from '../../ui/power.ts';
import { StateMark, stateAppearances } from '../../ui/state-badge.tsx';
import { useSeeCrash, useUnseenCrashes } from '../../ui/use-crashes.ts';
import { usePermission } from '../../ui/use-permission.ts';
import { strings } from './strings.ts';
import { type Trouble, troubledServers } from './troubled-servers.ts';

/** Less than this share of the disk and this many bytes left is told: saving worlds begins to fail. */
const leastDisk = { share: 0.05, bytes: 5 * 1024 ** 3 };
/** Below this share of memory the kernel may begin to kill. */
const leastMemoryShare = 0.04;

/** What should be looked at first; nothing at all while all is well. */
export function Attention({ servers }: { servers: readonly ServerSummary[] }) {
  const diskLeft = useStore(hostStore.store, (view) => shortOfDisk(view.host));
  const memoryLeft = useStore(hostStore.store, (view) => shortOfMemory(view.host));
  const { may } = usePermission();
  const { data } = useUnseenCrashes(may('console.read'));
  const troubled = troubledServers(servers, may('console.read') ? (data?.crashes ?? []) : null);
  const full = servers.filter(({ is_full }) => is_full);
  const unknown = servers.filter(({ state }) => state === 'unknown').length;
  const count =
    troubled.length + full.length + (unknown > 0 ? 1 : 0) + [diskLeft, memoryLeft].filter(Boolean).length;
  if (count === 0) return null;
  return (
    <Stack component="section" gap="xs" aria-labelledby="attention-heading">
      <Title order={2} id="attention-heading">
        {strings.attention}
      </Title>
      <ul className="surface attention">
        {unknown > 0 && (
          <Item appearance="unknown" what={strings.unknown(unknown)} help={strings.unknownHelp} />
        )}
        {diskLeft !== null && (
          <Item appearance="failed" what={strings.diskFull(diskLeft)} help={strings.diskHelp} />
        )}
        {memoryLeft !== null && (
          <Item appearance="failed" what={strings.memoryFull(memoryLeft)} help={strings.memoryHelp} />
        )}
        {full.map((server) => (
          <Item
            key={`full ${server.internal_id}`}
            appearance="starting"
            what={strings.volumeFull(server.name)}
            help={strings.volumeHelp}
          >
            <Go server={server} tab="files" label={strings.makeRoom} />
          </Item>
        ))}
        {troubled.map((trouble) => (
          <Troubled key={trouble.server.internal_id} trouble={trouble} />
        ))}
      </ul>
    </Stack>
  );
}

/** In words, so that the page is drawn anew only when the words change. */
function shortOfDisk(host: HostInfo | null): string | null {
  if (!host || host.disk.total === 0) return null;
  const left = host.disk.total - host.disk.used;
  return left < leastDisk.bytes && left < host.disk.total * leastDisk.share ? bytes(left) : null;
}

function shortOfMemory(host: HostInfo | null): string | null {
  if (!host || host.memory.total === 0) return null;
  const left = host.memory.total - host.memory.used;
  return left < host.memory.total * leastMemoryShare ? bytes(left) : null;
}

interface ItemProps {
  appearance: 'failed' | 'unknown' | 'starting';
  what: string;
  help: string;
  children?: ReactNode;
}

function Item({ appearance, what, help, children }: ItemProps) {
  return (
    <li>
      <StateMark appearance={stateAppearances[appearance]} size={12} />
      <div className="what">
        <Text size="sm" fw={500}>
          {what}
        </Text>
        <Text size="sm" className="quiet">
          {help}
        </Text>
      </div>
      {children}
    </li>
  );
}

function Troubled({ trouble: { server, crash } }: { trouble: Trouble }) {
  const { internal_id: id, state, last_exit: exit } = server;
  const { may } = usePermission();
  const at = moment(crash?.at ?? exit?.at ?? 0);
  return (
    <Item appearance="failed" what={whatOf(crash, server, at)} help={helpOf(crash, server)}>
      {may('console.read', id) && <Go server={server} tab="console" label={strings.seeConsole} />}
      {state === 'exit' && may('power', id) && <StartAgain server={server} crash={crash} />}
      {crash && <Dismiss server={server} crash={crash} />}
    </Item>
  );
}

function whatOf(crash: ShownCrash | null, { name, state }: ServerSummary, at: string): string {
  if (state === 'failed') return strings.installFailed(name);
  if (crash?.kind === 'start') return strings.startFailed(name, at);
  if (crash?.kind === 'outside') return strings.endedOutside(name, at);
  if (crash?.kind === 'ended') return strings.endedItself(name, at);
  return state === 'exit' ? strings.crashed(name, at) : strings.cameBack(name, at);
}

function helpOf(crash: ShownCrash | null, { state, last_exit }: ServerSummary): string {
  if (crash === null) return state === 'failed' ? strings.installHelp : sentenceOf(last_exit?.reason ?? '');
  const reason = sentenceOf(crash.reason);
  return crash.cause === null ? reason : `${crash.cause.title} – ${reason}`;
}

function StartAgain({ server, crash }: { server: ServerSummary; crash: ShownCrash | null }) {
  const power = usePower(server.internal_id);
  const see = useSeeCrash(server.internal_id);
  const start = (): void => {
    power.mutate('start');
    // Who starts it for that knows.
    if (crash) see.mutate(crash.id);
  };
  return (
    <Button
      size="compact-sm"
      loading={power.isPending}
      onClick={start}
      aria-label={`${strings.startAgain}: ${server.name}`}
    >
      {strings.startAgain}
    </Button>
  );
}

function Dismiss({ server, crash }: { server: ServerSummary; crash: ShownCrash }) {
  const see = useSeeCrash(server.internal_id);
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={see.isPending}
      onClick={() => see.mutate(crash.id)}
      aria-label={`${strings.dismiss}: ${server.name}`}
    >
      {strings.dismiss}
    </Button>
  );
}

function Go({ server, tab, label }: { server: ServerSummary; tab: string; label: string }) {
  const [, navigate] = useLocation();
  return (
    <Button
      size="compact-sm"
      variant="default"
      onClick={() => navigate(`/servers/${server.internal_id}/${tab}`)}
      aria-label={`${label}: ${server.name}`}
    >
      {label}
    </Button>
  );
}
