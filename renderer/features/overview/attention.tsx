import { Button, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import { useStore } from 'zustand';
import type { ShownCrash } from '../../../shared/model/crash.ts';
import type { HostInfo, ServerSummary } from '../../../shared/model/host.ts';
import { hostText } from '../../../shared/texts/host-text.ts';
import { hostStore } from '../../state/host-store.ts';
import { sentenceOf } from '../../ui/engine-words.tsx';
import { bytes, moment } from '../../ui/format.ts';
import { usePower } from '../../ui/power.ts';
import { StateMark, stateAppearances, warning } from '../../ui/state-badge.tsx';
import { useSeeCrash, useUnseenCrashes } from '../../ui/use-crashes.ts';
import { usePermission } from '../../ui/use-permission.ts';
import { type Concern, concernsOf, manyRestarts, shownConcerns } from './attention-order.ts';
import { strings } from './strings.ts';
import { type Trouble, troubledServers } from './troubled-servers.ts';

/** Less than this share of the disk and this many bytes left is told: saving worlds begins to fail. */
const leastDisk = { share: 0.05, bytes: 5 * 1024 ** 3 };
/** Below this share of memory the kernel may begin to kill. */
const leastMemoryShare = 0.04;

/** What should be looked at first, the worst of it; nothing at all while all is well. */
export function Attention({ servers }: { servers: readonly ServerSummary[] }) {
  const disk = useStore(hostStore.store, (view) => shortOfDisk(view.host));
  const memory = useStore(hostStore.store, (view) => shortOfMemory(view.host));
  const [isWhole, setWhole] = useState(false);
  const { may } = usePermission();
  const { data } = useUnseenCrashes(may('console.read'));
  const unseen = may('console.read') ? (data?.crashes ?? []) : null;
  const all = concernsOf({ servers, troubled: troubledServers(servers, unseen, Date.now()), disk, memory });
  if (all.length === 0) return null;
  // One more takes no more room than the words that there is one.
  const shown = isWhole || all.length <= shownConcerns + 1 ? all : all.slice(0, shownConcerns);
  return (
    <Stack component="section" gap="xs" aria-labelledby="attention-heading">
      <Title order={2} id="attention-heading">
        {strings.attention}
      </Title>
      <div className="surface">
        <ul className="attention">
          {shown.map((concern) => (
            <Line key={concern.key} concern={concern} />
          ))}
        </ul>
        {all.length > shownConcerns + 1 && (
          <Button
            size="compact-sm"
            variant="subtle"
            m={6}
            aria-expanded={isWhole}
            onClick={() => setWhole(!isWhole)}
          >
            {isWhole ? strings.showLess : strings.andMore(all.length - shown.length)}
          </Button>
        )}
      </div>
    </Stack>
  );
}

function Line({ concern }: { concern: Concern }) {
  switch (concern.kind) {
    case 'unknown':
      return <Item appearance="unknown" what={strings.unknown(concern.count)} help={strings.unknownHelp} />;
    case 'disk':
      return <Item appearance="failed" what={strings.diskFull(concern.left)} help={strings.diskHelp} />;
    case 'memory':
      return <Item appearance="failed" what={strings.memoryFull(concern.left)} help={strings.memoryHelp} />;
    case 'full':
      return (
        <Item appearance="warning" what={strings.volumeFull(concern.server.name)} help={strings.volumeHelp}>
          <Go server={concern.server} tab="files" label={strings.makeRoom} />
        </Item>
      );
    case 'trouble':
      return <Troubled trouble={concern.trouble} isBad={concern.isBad} />;
  }
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
  appearance: 'failed' | 'unknown' | 'warning';
  what: string;
  help: string;
  children?: ReactNode;
}

function Item({ appearance, what, help, children }: ItemProps) {
  return (
    <li>
      <StateMark appearance={appearance === 'warning' ? warning : stateAppearances[appearance]} size={12} />
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

function Troubled({ trouble, isBad }: { trouble: Trouble; isBad: boolean }) {
  const { server, crash } = trouble;
  const { internal_id: id, state, last_exit: exit } = server;
  const { may } = usePermission();
  const at = moment(crash?.at ?? exit?.at ?? 0);
  return (
    <Item appearance={isBad ? 'failed' : 'warning'} what={whatOf(trouble, at)} help={helpOf(crash, server)}>
      {may('console.read', id) && <Go server={server} tab="console" label={strings.seeConsole} />}
      {state === 'exit' && may('power', id) && <StartAgain server={server} crash={crash} />}
      {crash && <Dismiss server={server} crash={crash} />}
    </Item>
  );
}

function whatOf({ crash, restarts, server: { name, state } }: Trouble, at: string): string {
  if (state === 'failed') return strings.installFailed(name);
  if (crash?.kind === 'start') return strings.startFailed(name, at);
  if (crash?.kind === 'outside') return strings.endedOutside(name, at);
  if (crash?.kind === 'ended') return strings.endedItself(name, at);
  if (state === 'exit') return strings.crashed(name, at);
  return restarts >= manyRestarts ? strings.restarted(name, restarts) : strings.cameBack(name, at);
}

function helpOf(crash: ShownCrash | null, { state, last_exit }: ServerSummary): string {
  if (crash === null) return state === 'failed' ? strings.installHelp : sentenceOf(last_exit?.reason ?? '');
  const reason = sentenceOf(crash.reason);
  return crash.cause === null ? reason : strings.because(hostText(crash.cause.title), reason);
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
