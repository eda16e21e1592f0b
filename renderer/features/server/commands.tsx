import {
  IconCopy,
  IconPlayerPlay,
  IconPlayerStop,
  IconRefresh,
  IconSkull,
  type Icon as TablerIcon,
} from '@tabler/icons-react';
import type { ServerSummary } from '../../../shared/model/host.ts';
import { powerActionsIn } from '../../../shared/model/power.ts';
import { hasCrashed } from '../../../shared/model/server.ts';
import type { PowerAction } from '../../../shared/protocol/client-events.ts';
import { copyAndNotify } from '../../ui/copy.tsx';
import { GameFace } from '../../ui/game-face.tsx';
import { gameTitle } from '../../ui/game-title.ts';
import type { Permission } from '../../ui/permission.ts';
import { power } from '../../ui/power.ts';
import { powerStrings } from '../../ui/power-strings.ts';
import { addressOf } from '../../ui/server-address.ts';
import { appearanceOf } from '../../ui/state-badge.tsx';
import type { CommandContext, PaletteCommand } from '../feature.ts';
import { tabsFor } from '../server-tabs.ts';
import { strings } from './strings.ts';

/** Each server by its name, address, state and image. */
export const openCommands = ({ servers, host }: CommandContext): PaletteCommand[] =>
  servers.map((server) => {
    const { internal_id: id, name, image, game, tags = [] } = server;
    const appearance = appearanceOf(server.state, hasCrashed(server.last_exit));
    const address = addressOf(server.ports, host);
    return {
      id: `open:${id}`,
      kind: 'servers',
      label: name,
      keywords: `${id} ${address ?? ''} ${appearance.label} ${image} ${game ? gameTitle(game) : ''} ${tags.join(' ')}`,
      mark: <GameFace game={game?.id} size={20} />,
      beside: address === null ? appearance.label : `${appearance.label} · ${address}`,
      isOnlyFound: false,
      action: { to: `/servers/${id}` },
    };
  });

/** What can be done with each server, and its tabs. */
export const serverCommands = ({ servers, host, permission: { may } }: CommandContext): PaletteCommand[] =>
  servers.flatMap((server) => {
    const can = may('power', server.internal_id) ? powerActionsIn(server.state) : [];
    return [
      ...can.filter((action) => action !== 'kill').map((action) => powerCommand(server, action)),
      ...tabCommands(server, may),
      ...copyCommand(server, host),
      // Last, so that nobody chooses it by habit.
      ...can.filter((action) => action === 'kill').map((action) => powerCommand(server, action)),
    ];
  });

const powerIcons: Record<PowerAction, TablerIcon> = {
  start: IconPlayerPlay,
  stop: IconPlayerStop,
  restart: IconRefresh,
  kill: IconSkull,
};

function powerCommand({ internal_id: id, name }: ServerSummary, action: PowerAction): PaletteCommand {
  const Icon = powerIcons[action];
  const run = (): void => void power(id, action);
  const question = {
    title: powerStrings.killTitle(name),
    text: powerStrings.killLoses,
    action: powerStrings.kill,
  };
  return {
    id: `${action}:${id}`,
    kind: 'actions',
    label: powerStrings.of(action, name),
    keywords: id,
    mark: <Icon size={16} />,
    isOnlyFound: true,
    action: action === 'kill' ? { run, question } : { run },
  };
}

const tabCommands = ({ internal_id: id, name }: ServerSummary, may: Permission['may']) =>
  tabsFor(may, id).map(
    ({ id: tab, commandLabel, icon: Icon }): PaletteCommand => ({
      id: `${tab}:${id}`,
      kind: 'actions',
      label: strings.tabOf(commandLabel, name),
      keywords: id,
      mark: <Icon size={16} />,
      isOnlyFound: true,
      action: { to: `/servers/${id}/${tab}` },
    }),
  );

/** None for a server without ports. */
function copyCommand(
  { internal_id: id, name, ports }: ServerSummary,
  host: CommandContext['host'],
): PaletteCommand[] {
  const address = addressOf(ports, host);
  if (address === null) return [];
  return [
    {
      id: `copy:${id}`,
      kind: 'actions',
      label: strings.copyAddress(name),
      keywords: `${id} ${address}`,
      mark: <IconCopy size={16} />,
      isOnlyFound: true,
      action: { run: () => void copyAndNotify(address, strings.addressCopied) },
    },
  ];
}
