import { Group, Stack, Text } from '@mantine/core';
import { memo } from 'react';
import { Link } from 'wouter';
import type { ServerSummary } from '../../../shared/model/host.ts';
import { hasCrashed } from '../../../shared/model/server.ts';
import { hostStore } from '../../state/host-store.ts';
import type { Series } from '../../state/series.ts';
import { CopyButton } from '../../ui/copy.tsx';
import { bytes, duration, percent } from '../../ui/format.ts';
import { PlayerCount } from '../../ui/player-count.tsx';
import { PowerButtons } from '../../ui/power-buttons.tsx';
import { useServerAddress } from '../../ui/server-address.ts';
import { Sparkline } from '../../ui/sparkline.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { useNow } from '../../ui/use-now.ts';
import { strings } from './strings.ts';

/** One server at a glance. A frame of figures of one server draws only its own card anew. */
export const ServerCard = memo(function ServerCard({ server }: { server: ServerSummary }) {
  const address = useServerAddress(server.ports);
  return (
    <Stack component="article" className="surface server-card" p="md" gap="sm" aria-label={server.name}>
      <Group justify="space-between" wrap="nowrap">
        <Link href={`/servers/${server.internal_id}`} className="card-link ellipsis">
          <Text component="span" fw={600} size="lg">
            {server.name}
          </Text>
        </Link>
        <StateBadge state={server.state} hasCrashed={hasCrashed(server.last_exit)} />
      </Group>
      <Group gap={4} wrap="nowrap" className="quiet" mih={22}>
        <Text size="sm" className="ellipsis">
          {address ?? strings.noPort}
        </Text>
        {address && (
          <span className="above-link">
            <CopyButton text={address} what="address" />
          </span>
        )}
        {server.started_at !== null && <Uptime since={server.started_at} />}
      </Group>
      <div className="card-middle">
        {server.stats && server.started_at !== null ? (
          <Live server={server} stats={server.stats} />
        ) : (
          <Text size="sm" className="quiet" lineClamp={2}>
            {server.state === 'exit' ? server.last_exit?.reason : server.image}
          </Text>
        )}
      </div>
      <Group justify="space-between" wrap="nowrap">
        <Group className="above-link" gap="xs" style={{ width: 'fit-content' }}>
          <PowerButtons id={server.internal_id} name={server.name} state={server.state} compact />
        </Group>
        <PlayerCount server={server} />
      </Group>
    </Stack>
  );
});

function Uptime({ since }: { since: number }) {
  const now = useNow();
  return (
    <Text size="sm" className="figures" ml="auto" style={{ whiteSpace: 'nowrap' }}>
      {strings.uptime(duration(now - since))}
    </Text>
  );
}

function Live({ server, stats }: { server: ServerSummary; stats: NonNullable<ServerSummary['stats']> }) {
  const { limits, internal_id, name } = server;
  const trend = hostStore.trend(internal_id);
  const memory = bytes(stats.memory_usage);
  return (
    <dl className="card-figures figures">
      <Figure
        label={strings.cpu}
        value={percent(stats.cpu_usage)}
        series={trend.cpu}
        max={(limits.cpu ?? 1) * 100}
        trend={strings.cpuTrend(name)}
      />
      <Figure
        label={strings.memory}
        value={limits.memory === null ? memory : `${memory} / ${bytes(limits.memory)}`}
        series={trend.memory}
        max={limits.memory ?? stats.memory_usage * 1.25}
        trend={strings.memoryTrend(name)}
      />
    </dl>
  );
}

interface FigureProps {
  label: string;
  value: string;
  series: Series;
  max: number;
  /** What the line shows, in words. */
  trend: string;
}

function Figure({ label, value, series, max, trend }: FigureProps) {
  return (
    <div>
      <dt className="quiet">{label}</dt>
      <dd className="ellipsis">{value}</dd>
      <dd>
        <Sparkline series={series} max={max} label={trend} width={88} height={20} />
      </dd>
    </div>
  );
}
