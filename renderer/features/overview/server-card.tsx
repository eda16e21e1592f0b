import { lazy, memo, Suspense } from 'react';
import { Link } from 'wouter';
import type { ServerSummary } from '../../../shared/model/host.ts';
import { hasCrashed } from '../../../shared/model/server.ts';
import { hostStore } from '../../state/host-store.ts';
import type { Series } from '../../state/series.ts';
import { CopyButton } from '../../ui/copy.tsx';
import { sentenceOf } from '../../ui/engine-words.tsx';
import { bytes, duration, percent } from '../../ui/format.ts';
import { GameFace } from '../../ui/game-face.tsx';
import { gameTitle } from '../../ui/game-title.ts';
import { loadPart } from '../../ui/load-part.ts';
import { PlayerCount } from '../../ui/player-count.tsx';
import { PowerButtons } from '../../ui/power-buttons.tsx';
import { useServerAddress } from '../../ui/server-address.ts';
import { Sparkline } from '../../ui/sparkline.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { useNow } from '../../ui/use-now.ts';
import { strings } from './strings.ts';

const WarnMark = lazy(loadPart(() => import('./warn-mark.tsx')));
const UpdateIcon = lazy(loadPart(() => import('../../ui/update-icon.tsx')));

/** One server at a glance. A frame of figures of one server draws only its own card anew. */
export const ServerCard = memo(function ServerCard({ server }: { server: ServerSummary }) {
  return (
    <article className="surface server-card" aria-label={server.name}>
      <GameFace game={server.game?.id} size={40} />
      <div className="card-text">
        <Link href={`/servers/${server.internal_id}`} className="card-link ellipsis">
          {server.name}
        </Link>
        <span className="card-line">
          <StateBadge state={server.state} hasCrashed={hasCrashed(server.last_exit)} />
          <Suspense>
            <WarnMark server={server} />
            <UpdateIcon id={server.internal_id} name={server.name} />
          </Suspense>
          <PlayerCount server={server} />
          {server.started_at !== null && <Uptime since={server.started_at} />}
        </span>
        <ThirdLine server={server} />
      </div>
      {server.stats && server.started_at !== null && <Live server={server} stats={server.stats} />}
      <div className="card-actions">
        <PowerButtons id={server.internal_id} name={server.name} state={server.state} compact />
      </div>
    </article>
  );
});

/** Why it stopped while that is news; else what it is and where players find it. */
function ThirdLine({ server }: { server: ServerSummary }) {
  const address = useServerAddress(server.ports);
  if (server.state === 'exit' && server.last_exit)
    return (
      <span className="card-line quiet">
        <span className="ellipsis" title={sentenceOf(server.last_exit.reason)}>
          {sentenceOf(server.last_exit.reason)}
        </span>
      </span>
    );
  return (
    <span className="card-line quiet">
      <span className="ellipsis">
        {[server.game ? gameTitle(server.game) : server.image, address].filter(Boolean).join(' · ')}
      </span>
      {address && (
        <span className="above-link">
          <CopyButton text={address} what={strings.whatAddress} />
        </span>
      )}
    </span>
  );
}

function Uptime({ since }: { since: number }) {
  const now = useNow();
  return <span className="figures quiet ellipsis">{strings.uptime(duration(now - since))}</span>;
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
        value={memory}
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
      <dt className="visually-hidden">{label}</dt>
      <dd>{value}</dd>
      <dd>
        <Sparkline series={series} max={max} label={trend} width={64} height={20} />
      </dd>
    </div>
  );
}
