import { Button, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import { useStore } from 'zustand';
import type { HostInfo, ServerSummary } from '../../../shared/model/host.ts';
import { hasCrashed } from '../../../shared/model/server.ts';
import { hostStore } from '../../state/host-store.ts';
import { bytes, moment } from '../../ui/format.ts';
import { usePower } from '../../ui/power.ts';
import { StateMark, stateAppearances } from '../../ui/state-badge.tsx';
import { useNow } from '../../ui/use-now.ts';
import { usePermission } from '../../ui/use-permission.ts';
import { type RecentCrash, recentCrashes, SeenCrashStorage } from './recent-crashes.ts';
import { strings } from './strings.ts';

/** Less than this share of the disk and this many bytes left is told: saving worlds begins to fail. */
const leastDisk = { share: 0.05, bytes: 5 * 1024 ** 3 };
/** Below this share of memory the kernel may begin to kill. */
const leastMemoryShare = 0.04;

/** What should be looked at first; nothing at all while all is well. */
export function Attention({ servers }: { servers: readonly ServerSummary[] }) {
  const diskLeft = useStore(hostStore.store, (view) => shortOfDisk(view.host));
  const memoryLeft = useStore(hostStore.store, (view) => shortOfMemory(view.host));
  const failed = servers.filter(({ state }) => state === 'failed');
  const crashed = servers.filter((server) => server.state === 'exit' && hasCrashed(server.last_exit));
  const unknown = servers.filter(({ state }) => state === 'unknown').length;
  const recent = useRecentCrashes(servers);
  const count =
    failed.length +
    crashed.length +
    recent.crashes.length +
    (unknown > 0 ? 1 : 0) +
    [diskLeft, memoryLeft].filter(Boolean).length;
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
        {failed.map((server) => (
          <Failed key={server.internal_id} server={server} />
        ))}
        {crashed.map((server) => (
          <Crashed key={server.internal_id} server={server} onSeen={recent.dismiss} />
        ))}
        {recent.crashes.map((crash) => (
          <CameBack key={crash.server.internal_id} crash={crash} onSeen={() => recent.dismiss(crash)} />
        ))}
      </ul>
    </Stack>
  );
}

/** Crashes of servers that run again, until somebody has seen them. */
function useRecentCrashes(servers: readonly ServerSummary[]) {
  const [storage] = useState(() => new SeenCrashStorage(() => window.localStorage));
  const [seen, setSeen] = useState(() => storage.read());
  const now = useNow(60_000);
  return {
    crashes: recentCrashes(servers, { seen, now }),
    dismiss: (crash: RecentCrash) => setSeen((last) => storage.add(last, crash)),
  };
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
  appearance: 'failed' | 'unknown';
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

function Crashed({ server, onSeen }: { server: ServerSummary; onSeen: (crash: RecentCrash) => void }) {
  const power = usePower(server.internal_id);
  const { may } = usePermission();
  const { last_exit } = server;
  if (!last_exit) return null;
  return (
    <Item
      appearance="failed"
      what={strings.crashed(server.name, moment(last_exit.at))}
      help={last_exit.reason}
    >
      <SeeConsole server={server} />
      {may('power', server.internal_id) && (
        <Button
          size="compact-sm"
          loading={power.isPending}
          onClick={() => {
            power.mutate('start');
            // Who starts it for that knows.
            onSeen({ server, exit: last_exit });
          }}
          aria-label={`${strings.startAgain}: ${server.name}`}
        >
          {strings.startAgain}
        </Button>
      )}
    </Item>
  );
}

function CameBack({ crash: { server, exit }, onSeen }: { crash: RecentCrash; onSeen: () => void }) {
  return (
    <Item appearance="failed" what={strings.cameBack(server.name, moment(exit.at))} help={exit.reason}>
      <SeeConsole server={server} />
      <Button
        size="compact-sm"
        variant="default"
        onClick={onSeen}
        aria-label={`${strings.dismiss}: ${server.name}`}
      >
        {strings.dismiss}
      </Button>
    </Item>
  );
}

function Failed({ server }: { server: ServerSummary }) {
  return (
    <Item appearance="failed" what={strings.installFailed(server.name)} help={strings.installHelp}>
      <SeeConsole server={server} />
    </Item>
  );
}

function SeeConsole({ server }: { server: ServerSummary }) {
  const [, navigate] = useLocation();
  const { may } = usePermission();
  if (!may('console.read', server.internal_id)) return null;
  return (
    <Button
      size="compact-sm"
      variant="default"
      onClick={() => navigate(`/servers/${server.internal_id}/console`)}
      aria-label={`${strings.seeConsole}: ${server.name}`}
    >
      {strings.seeConsole}
    </Button>
  );
}
