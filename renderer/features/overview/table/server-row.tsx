import { ActionIcon, Badge, Checkbox } from '@mantine/core';
import { IconPin, IconPinFilled } from '@tabler/icons-react';
import { memo } from 'react';
import { Link } from 'wouter';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { hasCrashed } from '../../../../shared/model/server.ts';
import { hostStore } from '../../../state/host-store.ts';
import { CopyButton } from '../../../ui/copy.tsx';
import { bytes, percent } from '../../../ui/format.ts';
import { GameFace } from '../../../ui/game-face.tsx';
import { PowerIcons } from '../../../ui/power-icons.tsx';
import { useServerAddress } from '../../../ui/server-address.ts';
import { Sparkline } from '../../../ui/sparkline.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { strings } from '../strings.ts';

interface ServerRowProps {
  server: ServerSummary;
  isChosen: boolean;
  isPinned: boolean;
  onChoose: (ids: readonly string[], isOn: boolean) => void;
  onPin: (id: string) => void;
}

/** One server of the table. Figures of one server draw only its own row anew: whoever calls gives the same functions in effect. */
export const ServerRow = memo(
  Row,
  (before, now) =>
    before.server === now.server && before.isChosen === now.isChosen && before.isPinned === now.isPinned,
);

function Row({ server, isChosen, isPinned, onChoose, onPin }: ServerRowProps) {
  const { internal_id: id, name, stats } = server;
  const trend = hostStore.trend(id);
  const address = useServerAddress(server.ports);
  return (
    <tr className="server-row">
      <td>
        <Checkbox
          size="xs"
          aria-label={strings.choose(name)}
          checked={isChosen}
          onChange={(event) => onChoose([id], event.currentTarget.checked)}
        />
      </td>
      <td className="name">
        <GameFace game={server.game?.id} size={24} />
        <Link href={`/servers/${id}`} className="row-link ellipsis">
          {name}
        </Link>
        <Tags tags={server.tags ?? []} />
        <Pin name={name} isPinned={isPinned} onClick={() => onPin(id)} />
      </td>
      <td className="state">
        <StateBadge state={server.state} hasCrashed={hasCrashed(server.last_exit)} />
      </td>
      <td className="game quiet ellipsis">{server.game?.title ?? server.image}</td>
      <td className="cpu figures">
        {stats && (
          <>
            {percent(stats.cpu_usage)}
            <Sparkline
              series={trend.cpu}
              max={(server.limits.cpu ?? 1) * 100}
              label={strings.cpuTrend(name)}
              width={48}
              height={18}
            />
          </>
        )}
      </td>
      <td className="memory figures">{stats && bytes(stats.memory_usage)}</td>
      <td className="address quiet">
        {address && (
          <>
            <span className="ellipsis figures">{address}</span>
            <CopyButton text={address} what="address" />
          </>
        )}
      </td>
      <td className="row-actions">
        <PowerIcons id={id} name={name} state={server.state} />
      </td>
    </tr>
  );
}

/** The first tag, and how many more there are. */
function Tags({ tags }: { tags: readonly string[] }) {
  const [first, ...others] = tags;
  if (first === undefined) return null;
  return (
    <Badge size="xs" variant="default" className="row-tag" title={tags.join(', ')}>
      {others.length === 0 ? first : `${first} +${others.length}`}
    </Badge>
  );
}

function Pin({ name, isPinned, onClick }: { name: string; isPinned: boolean; onClick: () => void }) {
  return (
    <ActionIcon
      className={isPinned ? 'row-pin is-on' : 'row-pin'}
      variant="subtle"
      color="gray"
      size="sm"
      aria-label={strings.pin(name)}
      aria-pressed={isPinned}
      onClick={onClick}
    >
      {isPinned ? <IconPinFilled size={14} /> : <IconPin size={14} />}
    </ActionIcon>
  );
}
