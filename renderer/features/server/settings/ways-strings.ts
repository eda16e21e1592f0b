import type { QueryKind } from '../../../../shared/model/players.ts';
import type { RemoteConsoleKind } from '../../../../shared/model/remote-console.ts';
import { settingsNames as names } from './names.ts';

export const waysStrings = {
  players: names.whoPlays,
  playersHelp:
    'How it is known who is on. A query asks the game’s published port; lines of the console tell of each who comes and goes. Changes apply right away.',
  query: names.query,
  queries: {
    minecraft: 'Minecraft: Java Edition',
    bedrock: 'Minecraft: Bedrock Edition',
    source: 'Source (Valve’s, many games)',
    quake3: 'Quake III and games made of it',
    teeworlds: 'Teeworlds 0.7',
  } satisfies Record<QueryKind, string>,
  noQuery: 'None',
  queryPort: names.queryPort,
  queryPortHelp: 'Empty: the first published one that fits.',
  join: names.joinLine,
  leave: names.leaveLine,
  lineHelp: 'An expression whose first group is the name, like (\\w+) joined the game. Both or neither.',
  bothLines: 'Both lines are needed, or neither.',
  console: names.commands,
  consoleHelp:
    'Where commands go that are typed here or sent by schedules. Changes apply with the next command.',
  way: names.commandsWay,
  input: 'the program’s standard input',
  ways: {
    rcon: 'RCON (Source, Minecraft, many games)',
    webrcon: 'WebRCON (Rust)',
    telnet: 'Telnet (7 Days to Die, Teeworlds)',
  } satisfies Record<RemoteConsoleKind, string>,
  consolePort: names.commandsPort,
  variable: names.commandsVariable,
  variableHelp: (name: string) =>
    `The program reads its password from ${name || 'this variable'}. The host makes one and shows it to nobody, from the next start on.`,
  variableSet: (name: string) => `Its password is what “Environment” says of ${name}.`,
  badPort: 'From 1 to 65535.',
  notPublished: (port: number, protocol: string) =>
    `Port ${port}/${protocol} is not published, so nothing is reached there. Add it under “Network”.`,
  nonePublished: (protocol: string) =>
    `No ${protocol.toUpperCase()} port is published, so nothing can be asked. Add one under “Network”.`,
} as const;
