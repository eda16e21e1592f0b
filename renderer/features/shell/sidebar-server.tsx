import { ActionIcon } from '@mantine/core';
import { IconPlayerPlay, IconPlayerStop, IconUser } from '@tabler/icons-react';
import { memo, useEffect, useRef } from 'react';
import { Link, useRoute } from 'wouter';
import type { ServerSummary } from '../../../shared/model/host.ts';
import { powerActionsIn } from '../../../shared/model/power.ts';
import { hasCrashed, type WireState } from '../../../shared/model/server.ts';
import { percent } from '../../ui/format.ts';
import { GameFace } from '../../ui/game-face.tsx';
import { playerWords } from '../../ui/player-count.tsx';
import { usePower } from '../../ui/power.ts';
import { appearanceOf, StateMark } from '../../ui/state-badge.tsx';
import { usePermission } from '../../ui/use-permission.ts';
import { strings } from './strings.ts';

interface SidebarServerProps {
  server: ServerSummary;
  onNavigate: () => void;
}

/** One server of the list. Figures of one server draw only its own line anew. */
export const SidebarServer = memo(function SidebarServer({ server, onNavigate }: SidebarServerProps) {
  const path = `/servers/${server.internal_id}`;
  const [isHere] = useRoute(`${path}/*?`);
  const item = useRef<HTMLLIElement>(null);
  // Who comes by a link sees in a long list where he is.
  useEffect(() => {
    if (isHere) item.current?.scrollIntoView({ block: 'nearest' });
  }, [isHere]);
  const appearance = appearanceOf(server.state, hasCrashed(server.last_exit));
  const cpu = server.state === 'running' && server.stats ? percent(server.stats.cpu_usage) : null;
  const players = playerWords(server);
  return (
    <li className="server-item" ref={item}>
      <Link
        href={path}
        className="server-link"
        title={players === null ? undefined : `${server.name}: ${players}`}
        aria-current={isHere ? 'page' : undefined}
        onClick={onNavigate}
      >
        <GameFace game={server.game?.id} size={22} />
        <StateMark appearance={appearance} />
        <span className="ellipsis">{server.name}</span>
        <span className="beside quiet figures">
          {cpu === null ? (
            appearance.label
          ) : (
            <>
              <span className="visually-hidden">{strings.stateThenCpu(appearance.label, players)} </span>
              {players !== null && (
                <span aria-hidden="true">
                  {server.players?.online}{' '}
                  <IconUser size={12} style={{ verticalAlign: -1, marginRight: 8 }} />
                </span>
              )}
              {cpu}
            </>
          )}
        </span>
      </Link>
      <QuickPower id={server.internal_id} name={server.name} state={server.state} />
    </li>
  );
});

interface QuickPowerProps {
  id: string;
  name: string;
  state: WireState;
}

/** Start or stop without opening the server: seen when pointed at or reached by Tab. */
const QuickPower = memo(function QuickPower({ id, name, state }: QuickPowerProps) {
  const power = usePower(id);
  const { may } = usePermission();
  const can = may('power', id) ? powerActionsIn(state) : [];
  const action = can.includes('start') ? 'start' : can.includes('stop') ? 'stop' : null;
  if (action === null) return null;
  const label = strings[action](name);
  return (
    <ActionIcon
      data-tip={label}
      className="quick-power"
      variant="default"
      size={28}
      aria-label={label}
      onClick={() => power.mutate(action)}
    >
      {action === 'start' ? <IconPlayerPlay size={14} /> : <IconPlayerStop size={14} />}
    </ActionIcon>
  );
});
