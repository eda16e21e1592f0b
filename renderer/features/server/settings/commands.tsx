import { IconAdjustments, IconRefresh } from '@tabler/icons-react';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { textsOf } from '../../../../shared/texts/messages.ts';
import { loadPart } from '../../../ui/load-part.ts';
import { showFailure } from '../../../ui/show-failure.ts';
import { type CommandContext, type PaletteCommand, serverAt } from '../../feature.ts';
import { type SettingsSection, sectionPath, settingsSections } from './sections.ts';
import en from './texts/commands.en.json';

const t = textsOf('features/server/settings/commands', en);

const lookForUpdate = loadPart(() => import('./look-for-update.ts'));

/** Looking for a newer image of each server; what is found stands in its settings. */
export const updateCommands = ({ servers, permission: { may } }: CommandContext): PaletteCommand[] =>
  servers
    .filter(({ internal_id: id, state }) => state !== 'installing' && may('containers.write', id))
    .map(({ internal_id: id, name }) => ({
      id: `update:${id}`,
      kind: 'actions',
      label: t('lookFor', { name }),
      keywords: t('lookKeywords', { id }),
      mark: <IconRefresh size={16} />,
      isOnlyFound: true,
      action: { run: () => void lookForUpdate().then(({ look }) => look(id, name), showFailure) },
    }));

/** Of how many servers all sections are found, not only of the one whose page is open. */
const fewServers = 20;

/** The sections of servers' settings, and each field of the server whose page is open. */
export const settingsCommands = (context: CommandContext): PaletteCommand[] => {
  const open = serverAt(context);
  const { servers, permission } = context;
  const own = servers.length <= fewServers ? servers : servers.filter((server) => server === open);
  return own
    .filter(({ internal_id: id }) => permission.may('containers.read', id))
    .flatMap((server) =>
      settingsSections.flatMap((section) => [
        sectionCommand(server, section),
        ...(server === open ? fieldCommands(server, section) : []),
      ]),
    );
};

const mark = <IconAdjustments size={16} />;

const sectionCommand = (
  { internal_id: id, name }: ServerSummary,
  section: SettingsSection,
): PaletteCommand => ({
  id: `setting:${id}:${section.name}`,
  kind: 'settings',
  label: section.title,
  keywords: t('sectionKeywords', {
    id,
    name,
    others: `${section.keywords} ${Object.values(section.fields).join(' ')}`,
  }),
  beside: name,
  mark,
  isOnlyFound: true,
  action: { to: sectionPath(id, section.name) },
});

const fieldCommands = (
  { internal_id: id, name }: ServerSummary,
  section: SettingsSection,
): PaletteCommand[] =>
  Object.entries(section.fields).map(([field, label]) => ({
    id: `setting:${id}:${section.name}:${field}`,
    kind: 'settings',
    label,
    keywords: t('sectionKeywords', { id, name, others: section.title }),
    beside: `${name} · ${section.title}`,
    mark,
    isOnlyFound: true,
    action: { to: `${sectionPath(id, section.name)}/${field}` },
  }));
