import { textsOf } from '../../../../shared/texts/messages.ts';
import { imageStrings } from '../../../ui/image-strings.ts';
import type { SectionName } from './drafts.ts';
import { settingsNames as names } from './names.ts';
import en from './texts/sections.en.json';

const t = textsOf('features/server/settings/sections', en);

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
    keywords: t('keywords.start'),
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
    keywords: t('keywords.stopping'),
  },
  {
    name: 'console',
    title: names.commands,
    fields: { way: names.commandsWay, port: names.commandsPort, variable: names.commandsVariable },
    keywords: t('keywords.console'),
  },
  {
    name: 'players',
    title: names.whoPlays,
    fields: { query: names.query, port: names.queryPort, join: names.joinLine, leave: names.leaveLine },
    keywords: t('keywords.players'),
  },
  { name: 'variables', title: names.variables, fields: {}, keywords: t('keywords.variables') },
  { name: 'environment', title: names.environment, fields: {}, keywords: t('keywords.environment') },
  {
    name: 'limits',
    title: names.limits,
    fields: { memory: names.memory, cpu: names.cpu },
    keywords: t('keywords.limits'),
  },
  { name: 'disk', title: names.files, fields: { size: names.size }, keywords: t('keywords.disk') },
  { name: 'mounts', title: names.mounts, fields: { rows: names.mounts }, keywords: t('keywords.mounts') },
  {
    name: 'install',
    title: names.image,
    fields: { image: names.imageName, script: names.installScript },
    keywords: t('keywords.install'),
  },
  { name: 'delete', title: names.delete, fields: {}, keywords: t('keywords.delete') },
];

/** A field as its form calls it. */
export const labelOf = (section: PlaceName, field: string): string =>
  settingsSections.find(({ name }) => name === section)?.fields[field] ?? field;

/** Of the element. */
export const sectionId = (name: PlaceName): string => `settings-${name}`;

export const sectionPath = (server: string, name: PlaceName): string => `/servers/${server}/settings/${name}`;
