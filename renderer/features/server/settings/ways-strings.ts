import type { QueryKind } from '../../../../shared/model/players.ts';
import type { RemoteConsoleKind } from '../../../../shared/model/remote-console.ts';
import { textsOf } from '../../../../shared/texts/messages.ts';
import { settingsNames as names } from './names.ts';
import en from './texts/ways-strings.en.json';

const t = textsOf('features/server/settings/ways-strings', en);

export const waysStrings = {
  players: names.whoPlays,
  playersHelp: t('playersHelp'),
  query: names.query,
  queries: {
    minecraft: t('queries.minecraft'),
    bedrock: t('queries.bedrock'),
    source: t('queries.source'),
    quake3: t('queries.quake3'),
    teeworlds: t('queries.teeworlds'),
  } satisfies Record<QueryKind, string>,
  noQuery: t('noQuery'),
  queryPort: names.queryPort,
  queryPortHelp: t('queryPortHelp'),
  join: names.joinLine,
  leave: names.leaveLine,
  lineHelp: t('lineHelp'),
  bothLines: t('bothLines'),
  console: names.commands,
  consoleHelp: t('consoleHelp'),
  way: names.commandsWay,
  input: t('input'),
  ways: {
    rcon: t('ways.rcon'),
    webrcon: t('ways.webrcon'),
    telnet: t('ways.telnet'),
  } satisfies Record<RemoteConsoleKind, string>,
  consolePort: names.commandsPort,
  variable: names.commandsVariable,
  variableHelp: (name: string) => (name === '' ? t('variableHelp.this') : t('variableHelp.named', { name })),
  variableSet: (name: string) => t('variableSet', { name }),
  badPort: t('badPort'),
  notPublished: (port: number, protocol: string) => t('notPublished', { port, protocol }),
  nonePublished: (protocol: string) => t('nonePublished', { protocol: protocol.toUpperCase() }),
} as const;
