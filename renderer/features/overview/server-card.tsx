import { Group, Stack, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { ServerSummary } from '../../../shared/model/host.ts';
import { hostStore } from '../../state/host-store.ts';
import { CopyButton } from '../../ui/copy.tsx';
import { bytes, duration, percent } from '../../ui/format.ts';
import { Sparkline } from '../../ui/sparkline.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { useNow } from '../../ui/use-now.ts';
import { addressOf } from '../server/address.ts';
import { PowerButtons } from '../server/power-buttons.tsx';
import { words } from './words.ts';

/** One server at a glance. */
export function ServerCard({ server }: { server: ServerSummary }) {
  const address = addressOf(server.ports);
  const { last_exit } = server;
  return (
    <Stack component="article" className="surface" p="md" gap="sm" pos="relative" aria-label={server.name}>
      <Group justify="space-between" wrap="nowrap">
        <Link href={`/servers/${server.internal_id}`} className="card-link ellipsis">
          <Text component="span" fw={600} size="lg">
            {server.name}
          </Text>
        </Link>
        <StateBadge state={server.state} hasCrashed={hasCrashed(server)} />
      </Group>
      <Group gap={4} wrap="nowrap" className="quiet above-link" style={{ width: 'fit-content' }}>
        <Text size="sm" className="ellipsis">
          {address ?? words.noPort}
        </Text>
        {address && <CopyButton text={address} what="address" />}
        {server.started_at !== null && <Uptime since={server.started_at} />}
      </Group>
      {server.stats && server.started_at !== null ? (
        <Live server={server} />
      ) : (
        <Text size="sm" className="quiet" mih={24} lineClamp={2}>
          {server.state === 'exit' ? last_exit?.reason : server.image}
        </Text>
      )}
      <Group className="above-link" gap="xs">
        <PowerButtons id={server.internal_id} name={server.name} state={server.state} compact />
      </Group>
    </Stack>
  );
}

export function hasCrashed({ last_exit }: ServerSummary): boolean {
  return last_exit !== null && !last_exit.wanted && last_exit.code !== 0;
}

function Uptime({ since }: { since: number }) {
  const now = useNow();
  return (
    <Text size="sm" className="figures" style={{ whiteSpace: 'nowrap' }}>
      · {words.uptime(duration(now - since))}
    </Text>
  );
}

function Live({ server }: { server: ServerSummary }) {
  const { stats } = server;
  if (!stats) return null;
  return (
    <Group justify="space-between" wrap="nowrap" className="figures">
      <Text size="sm">
        {words.cpu} {percent(stats.cpu_usage)}
      </Text>
      <Text size="sm" className="ellipsis">
        {words.memory} {bytes(stats.memory_usage)}
        {server.limits.memory !== null && ` / ${bytes(server.limits.memory)}`}
      </Text>
      <Sparkline
        series={hostStore.trend(server.internal_id).cpu}
        max={100}
        label={words.cpuTrend(server.name)}
      />
    </Group>
  );
}
