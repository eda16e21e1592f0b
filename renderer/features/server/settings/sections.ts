import { imageStrings } from '../../../ui/image-strings.ts';
import type { SectionName } from './drafts.ts';
import { settingsNames as names } from './names.ts';

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
    title: names.start,
    fields: {
      name: names.name,
      startup: names.startup,
      ready: names.ready,
      dataPath: imageStrings.dataPath,
      timeZone: imageStrings.timeZone,
      owner: imageStrings.owner,
      user: names.runsAs,
      readOnlyRoot: imageStrings.readOnlyRoot,
      tty: names.tty,
    },
    keywords: 'rename cmd run',
  },
  {
    name: 'stopping',
    title: names.stopping,
    fields: {
      by: names.stopBy,
      text: names.stopCommand,
      seconds: names.stopSeconds,
      restart: names.restartPolicy,
      autoStart: names.autoStart,
    },
    keywords: 'signal timeout restart autostart boot',
  },
  {
    name: 'console',
    title: names.commands,
    fields: { way: names.commandsWay, port: names.commandsPort, variable: names.commandsVariable },
    keywords: 'rcon webrcon telnet remote console password',
  },
  {
    name: 'players',
    title: names.whoPlays,
    fields: { query: names.query, port: names.queryPort, join: names.joinLine, leave: names.leaveLine },
    keywords: 'players online query count names',
  },
  { name: 'variables', title: names.variables, fields: {}, keywords: 'egg template variables version' },
  { name: 'environment', title: names.environment, fields: {}, keywords: 'env variables' },
  {
    name: 'limits',
    title: names.limits,
    fields: { memory: names.memory, cpu: names.cpu },
    keywords: 'ram processor cores resources',
  },
  { name: 'disk', title: names.files, fields: { size: names.size }, keywords: 'storage quota room' },
  { name: 'mounts', title: names.mounts, fields: { rows: names.mounts }, keywords: 'folders bind' },
  {
    name: 'install',
    title: names.image,
    fields: { image: names.imageName, script: names.installScript },
    keywords: 'reinstall docker',
  },
  { name: 'delete', title: names.delete, fields: {}, keywords: 'remove' },
];

/** A field as its form calls it. */
export const labelOf = (section: PlaceName, field: string): string =>
  settingsSections.find(({ name }) => name === section)?.fields[field] ?? field;

/** Of the element. */
export const sectionId = (name: PlaceName): string => `settings-${name}`;

export const sectionPath = (server: string, name: PlaceName): string => `/servers/${server}/settings/${name}`;
