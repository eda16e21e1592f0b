import type { SectionName } from './drafts.ts';
import { strings } from './strings.ts';
import { waysStrings as ways } from './ways-strings.ts';

export type PlaceName = SectionName | 'delete';

export interface SettingsSection {
  name: PlaceName;
  title: string;
  /** Its fields by name, where they are always the same: what a change and the palette call them. */
  fields: Readonly<Record<string, string>>;
  /** What else people call it. */
  keywords: string;
}

/** A server's settings in their order. */
export const settingsSections: readonly SettingsSection[] = [
  {
    name: 'start',
    title: strings.start,
    fields: {
      name: strings.name,
      startup: strings.startup,
      ready: strings.ready,
      dataPath: strings.dataPath,
      timeZone: strings.timeZone,
      owner: strings.owner,
      user: strings.runsAs,
      readOnlyRoot: strings.readOnlyRoot,
      tty: strings.tty,
    },
    keywords: 'rename cmd run',
  },
  {
    name: 'stopping',
    title: strings.stopping,
    fields: {
      by: strings.stopBy,
      text: strings.stopCommand,
      seconds: strings.stopSeconds,
      restart: strings.restartPolicy,
      autoStart: strings.autoStart,
    },
    keywords: 'signal timeout restart autostart boot',
  },
  {
    name: 'console',
    title: ways.console,
    fields: { way: ways.way, port: ways.consolePort, variable: ways.variable },
    keywords: 'rcon webrcon telnet remote console password',
  },
  {
    name: 'players',
    title: ways.players,
    fields: { query: ways.query, port: ways.queryPort, join: ways.join, leave: ways.leave },
    keywords: 'players online query count names',
  },
  { name: 'variables', title: strings.variables, fields: {}, keywords: 'egg template variables version' },
  { name: 'environment', title: strings.environment, fields: {}, keywords: 'env variables' },
  {
    name: 'limits',
    title: strings.limits,
    fields: { memory: strings.memory, cpu: strings.cpu },
    keywords: 'ram processor cores resources',
  },
  { name: 'disk', title: strings.files, fields: { size: strings.size }, keywords: 'storage quota room' },
  { name: 'mounts', title: strings.mounts, fields: { rows: strings.mounts }, keywords: 'folders bind' },
  {
    name: 'install',
    title: strings.image,
    fields: { image: strings.imageName, script: strings.installScript },
    keywords: 'reinstall docker',
  },
  { name: 'delete', title: strings.delete, fields: {}, keywords: 'remove' },
];

/** A field as its form calls it. */
export const labelOf = (section: PlaceName, field: string): string =>
  settingsSections.find(({ name }) => name === section)?.fields[field] ?? field;

/** Of the element. */
export const sectionId = (name: PlaceName): string => `settings-${name}`;

export const sectionPath = (server: string, name: PlaceName): string => `/servers/${server}/settings/${name}`;
