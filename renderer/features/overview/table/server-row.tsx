import { ActionIcon, Badge, Checkbox } from '@mantine/core';
import { IconPin, IconPinFilled } from '@tabler/icons-react';
import { memo, useRef, useState } from 'react';
import { Link } from 'wouter';
import type { GameId } from '../../../../shared/model/game.ts';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { hasCrashed } from '../../../../shared/model/server.ts';
import { hostStore } from '../../../state/host-store.ts';
import { CopyButton } from '../../../ui/copy.tsx';
import { bytes, percent } from '../../../ui/format.ts';
import { GameFace } from '../../../ui/game-face.tsx';
import { gameTitle } from '../../../ui/game-title.ts';
import { PowerIcons } from '../../../ui/power-icons.tsx';
import { useServerAddress } from '../../../ui/server-address.ts';
import { Sparkline } from '../../../ui/sparkline.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import UpdateIcon from '../../../ui/update-icon.tsx';
import { strings } from '../strings.ts';
import WarnMark from '../warn-mark.tsx';

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
  const latest = useLatest({ onChoose, onPin });
  const address = useServerAddress(server.ports);
  return (
    <tr className="server-row">
      <td>
        <Choose id={id} name={name} isChosen={isChosen} onChoose={latest.choose} />
      </td>
      <td className="name">
        <Name id={id} name={name} game={server.game?.id ?? null} tags={(server.tags ?? []).join('\n')} />
        <UpdateIcon id={id} name={name} />
        <Pin id={id} name={name} isPinned={isPinned} onPin={latest.pin} />
      </td>
      <td className="state">
        <StateBadge state={server.state} hasCrashed={hasCrashed(server.last_exit)} />
        <Warning server={server} />
      </td>
      <td className="game quiet ellipsis">{server.game ? gameTitle(server.game) : server.image}</td>
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
            <CopyButton text={address} what={strings.whatAddress} />
          </>
        )}
      </td>
      <td className="row-actions">
        <PowerIcons id={id} name={name} state={server.state} />
      </td>
    </tr>
  );
}

/** Asked for by what it shows: figures draw nothing of it anew. */
const Warning = memo(WarnMark, (before, now) => before.server.is_full === now.server.is_full);

/** The same functions for as long as the row lives, which call those of now. */
function useLatest(functions: Pick<ServerRowProps, 'onChoose' | 'onPin'>) {
  const current = useRef(functions);
  current.current = functions;
  const [stable] = useState(() => ({
    choose: (ids: readonly string[], isOn: boolean) => current.current.onChoose(ids, isOn),
    pin: (id: string) => current.current.onPin(id),
  }));
  return stable;
}

interface ChooseProps extends Pick<ServerRowProps, 'isChosen' | 'onChoose'> {
  id: string;
  name: string;
}

const Choose = memo(function Choose({ id, name, isChosen, onChoose }: ChooseProps) {
  return (
    <Checkbox
      size="xs"
      aria-label={strings.choose(name)}
      checked={isChosen}
      onChange={(event) => onChoose([id], event.currentTarget.checked)}
    />
  );
});

interface NameProps {
  id: string;
  name: string;
  game: GameId | null;
  /** One on each line. */
  tags: string;
}

const Name = memo(function Name({ id, name, game, tags }: NameProps) {
  return (
    <>
      <GameFace game={game} size={24} />
      <Link href={`/servers/${id}`} className="row-link ellipsis">
        {name}
      </Link>
      <Tags tags={tags === '' ? [] : tags.split('\n')} />
    </>
  );
});

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

interface PinProps {
  id: string;
  name: string;
  isPinned: boolean;
  onPin: (id: string) => void;
}

const Pin = memo(function Pin({ id, name, isPinned, onPin }: PinProps) {
  return (
    <ActionIcon
      className={isPinned ? 'row-pin is-on' : 'row-pin'}
      variant="subtle"
      color="gray"
      size="sm"
      aria-label={strings.pin(name)}
      aria-pressed={isPinned}
      onClick={() => onPin(id)}
    >
      {isPinned ? <IconPinFilled size={14} /> : <IconPin size={14} />}
    </ActionIcon>
  );
});
