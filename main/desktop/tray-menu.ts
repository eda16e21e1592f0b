import type { MenuItemConstructorOptions } from 'electron';
import type { EngineState, ServerSummary } from '../../shared/model/host.ts';
import { powerLabels, stateLabel } from '../../shared/model/labels.ts';
import { powerActionsIn } from '../../shared/model/power.ts';
import { hasCrashed, type WireState } from '../../shared/model/server.ts';
import type { PowerAction } from '../../shared/protocol/client-events.ts';
import { hostText } from '../../shared/texts/host-text.ts';
import { sanitizeLine } from './sanitize-line.ts';
import { strings } from './shell-strings.ts';

/** What the tray shows. `servers` is null while the host is out of reach. */
export interface TrayState {
  servers: readonly ServerSummary[] | null;
  engine: EngineState['status'] | null;
}

/** What its entries do. */
export interface TrayActs {
  /** Shows the window, at that path if there is one. */
  open: (path?: string) => void;
  power: (serverId: string, action: PowerAction) => void;
  /** Of several at once; asks before it stops them. */
  powerAll: (serverIds: readonly string[], action: 'start' | 'stop') => void;
  quit: () => void;
}

/** More lines than this are no menu. */
export const maxTrayServers = 20;
/** A name in a menu, in characters. */
const maxName = 40;

/** What a click may do; no kill, since nothing here asks twice. */
export const trayPower = (state: WireState): PowerAction[] =>
  powerActionsIn(state).filter((action) => action !== 'kill');

/** A name as a menu shows it: on one line, in its own direction, cut, and its `&` no mnemonic. */
export const menuName = (name: string): string => sanitizeLine(name, maxName).replaceAll('&', '&&');

const byName = (a: ServerSummary, b: ServerSummary): number =>
  a.name.localeCompare(b.name) || a.internal_id.localeCompare(b.internal_id);

/**
 * The tray's menu: the servers by name, each with what can be done with it, then the app. Items that do something have an
 * id that says what, so two menus with equal text are equal. Pure.
 */
export function trayTemplate({ servers, engine }: TrayState, acts: TrayActs): MenuItemConstructorOptions[] {
  return [
    ...serverItems(servers, engine, acts),
    ...allItems(servers ?? [], acts),
    { type: 'separator' },
    { id: 'new', label: strings.newServer(), click: () => acts.open('/new') },
    { id: 'settings', label: strings.settings(), click: () => acts.open('/settings') },
    { type: 'separator' },
    { id: 'open', label: strings.openApp(), click: () => acts.open() },
    { id: 'quit', label: strings.quitApp(), click: () => acts.quit() },
  ];
}

function serverItems(
  servers: TrayState['servers'],
  engine: TrayState['engine'],
  acts: TrayActs,
): MenuItemConstructorOptions[] {
  if (servers === null) return [{ id: 'no-host', label: strings.noHost(), enabled: false }];
  const items: MenuItemConstructorOptions[] = engineItem(engine);
  if (servers.length === 0) return [...items, { id: 'none', label: strings.noServers(), enabled: false }];
  const sorted = servers.toSorted(byName);
  items.push(...sorted.slice(0, maxTrayServers).map((server) => serverItem(server, acts)));
  const rest = servers.length - maxTrayServers;
  if (rest > 0) items.push({ id: 'more', label: strings.moreServers(rest), click: () => acts.open('/') });
  return items;
}

/** An engine that works is nothing to read about. */
function engineItem(engine: TrayState['engine']): MenuItemConstructorOptions[] {
  if (engine === 'down') return [{ id: 'no-engine', label: strings.noEngine(), enabled: false }];
  if (engine === 'connecting') return [{ id: 'looking', label: strings.lookingForEngine(), enabled: false }];
  return [];
}

/** Nothing for one server: that has its own menu. The ids name them, since the menu is drawn anew only when it looks different. */
function allItems(servers: readonly ServerSummary[], acts: TrayActs): MenuItemConstructorOptions[] {
  const items = (['start', 'stop'] as const).flatMap((action) => {
    const ids = servers
      .filter(({ state }) => trayPower(state).includes(action))
      .map(({ internal_id }) => internal_id);
    if (ids.length < 2) return [];
    const label = action === 'start' ? strings.startAll(ids.length) : strings.stopAll(ids.length);
    return [{ id: `${action}-all ${ids.join(' ')}`, label, click: () => acts.powerAll(ids, action) }];
  });
  return items.length === 0 ? [] : [{ type: 'separator' }, ...items];
}

/** Whether something is wrong that the icon should show: the host or the engine away, an install failed, a crash not started again. */
export const hasTrouble = ({ servers, engine }: TrayState): boolean =>
  servers === null ||
  engine === 'down' ||
  servers.some(({ state, last_exit }) => state === 'failed' || (state === 'exit' && hasCrashed(last_exit)));

function serverItem(server: ServerSummary, acts: TrayActs): MenuItemConstructorOptions {
  const { internal_id: id, name, state } = server;
  return {
    id: `server ${id}`,
    label: `${menuName(name)} – ${hostText(stateLabel(server))}`,
    submenu: [
      { id: `open ${id}`, label: strings.openServer(), click: () => acts.open(`/servers/${id}`) },
      ...trayPower(state).map((action) => ({
        id: `${action} ${id}`,
        label: hostText(powerLabels[action]),
        click: () => acts.power(id, action),
      })),
    ],
  };
}

/** What the tray's icon says when it is pointed at. */
export function trayTip({ servers }: TrayState): string {
  if (servers === null) return strings.tooltipAway();
  const running = servers.filter(({ state }) => state === 'running').length;
  return strings.tooltip(running, servers.length);
}
