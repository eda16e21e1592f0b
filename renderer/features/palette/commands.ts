import type { MantineColorScheme } from '@mantine/core';
import type { ServerSummary } from '../../../shared/model/host.ts';
import { stateLabel } from '../../../shared/model/labels.ts';
import { powerActionsIn } from '../../../shared/model/power.ts';
import type { PowerAction } from '../../../shared/protocol/client-events.ts';
import { addressOf } from '../server/address.ts';
import type { Searchable } from './match.ts';
import { strings } from './strings.ts';

/** What choosing a command does; the dialog carries it out. */
export type PaletteEffect =
  | { do: 'go'; to: string }
  | { do: 'power'; server: ServerSummary; action: PowerAction }
  | { do: 'copy'; text: string; what: string }
  | { do: 'theme'; scheme: MantineColorScheme }
  | { do: 'shortcuts' }
  | { do: 'sign-out' };

export type CommandKind = 'servers' | 'actions' | 'pages';

export interface PaletteCommand extends Searchable {
  /** Stays the same over time, so that it can be remembered. */
  id: string;
  kind: CommandKind;
  effect: PaletteEffect;
  server: ServerSummary | null;
  /** Too many to be listed unasked. */
  isOnlyFound: boolean;
}

const tabs = ['console', 'files', 'network', 'settings', 'activity'] as const;

/** Everything that can be chosen now: what a state forbids isn't in it. */
export function commandsFor(servers: readonly ServerSummary[], isDesktop: boolean): PaletteCommand[] {
  return [
    ...servers.map(openServer),
    ...pageCommands(),
    ...servers.flatMap(serverCommands),
    ...generalCommands(isDesktop),
  ];
}

function openServer(server: ServerSummary): PaletteCommand {
  const { internal_id: id, name, image } = server;
  return {
    id: `open:${id}`,
    kind: 'servers',
    label: name,
    keywords: `${id} ${addressOf(server.ports) ?? ''} ${stateLabel(server)} ${image}`,
    effect: { do: 'go', to: `/servers/${id}` },
    server,
    isOnlyFound: false,
  };
}

function serverCommands(server: ServerSummary): PaletteCommand[] {
  const { internal_id: id, name } = server;
  const common = { kind: 'actions', server, isOnlyFound: true, keywords: id } as const;
  const address = addressOf(server.ports);
  const can = powerActionsIn(server.state).map(
    (action): PaletteCommand => ({
      ...common,
      id: `${action}:${id}`,
      label: strings.power(action, name),
      effect: { do: 'power', server, action },
    }),
  );
  const isKill = ({ id }: PaletteCommand): boolean => id.startsWith('kill:');
  return [
    ...can.filter((command) => !isKill(command)),
    ...tabs.map(
      (tab): PaletteCommand => ({
        ...common,
        id: `${tab}:${id}`,
        label: strings.tabOf(strings.tabs[tab], name),
        effect: { do: 'go', to: `/servers/${id}/${tab}` },
      }),
    ),
    ...(address === null
      ? []
      : [
          {
            ...common,
            id: `copy:${id}`,
            label: strings.copyAddress(name),
            keywords: `${id} ${address}`,
            effect: { do: 'copy', text: address, what: 'Address' },
          } satisfies PaletteCommand,
        ]),
    // Never where the hand goes first.
    ...can.filter(isKill),
  ];
}

const pagePaths = {
  overview: '/',
  newServer: '/new',
  network: '/network',
  activity: '/activity',
  settings: '/settings',
} satisfies Record<keyof typeof strings.pages, string>;
const pageNames = ['overview', 'newServer', 'network', 'activity', 'settings'] as const;

/** What else people call these pages. */
const pageKeywords: Record<(typeof pageNames)[number], string> = {
  overview: 'home servers',
  newServer: 'create add install game template',
  network: 'ports pool lan share qr link sessions',
  activity: 'audit log history',
  settings: 'tokens docker sftp data folder theme about preferences',
};

function pageCommands(): PaletteCommand[] {
  return pageNames.map((name) => ({
    id: `page:${name}`,
    kind: 'pages',
    label: strings.pages[name],
    keywords: pageKeywords[name],
    effect: { do: 'go', to: pagePaths[name] },
    server: null,
    isOnlyFound: false,
  }));
}

function generalCommands(isDesktop: boolean): PaletteCommand[] {
  const schemes = ['light', 'dark', 'auto'] as const;
  const common = { kind: 'actions', server: null, isOnlyFound: false } as const;
  return [
    ...schemes.map(
      (scheme): PaletteCommand => ({
        ...common,
        id: `theme:${scheme}`,
        label: strings.themes[scheme],
        keywords: 'appearance colour mode night',
        effect: { do: 'theme', scheme },
      }),
    ),
    {
      ...common,
      id: 'shortcuts',
      label: strings.shortcuts,
      keywords: 'help keys ?',
      effect: { do: 'shortcuts' },
    },
    // The desktop app has its own token: there is nobody to sign out.
    ...(isDesktop
      ? []
      : [
          {
            ...common,
            id: 'sign-out',
            label: strings.signOut,
            keywords: 'log out token leave',
            effect: { do: 'sign-out' },
          } satisfies PaletteCommand,
        ]),
  ];
}
