import { textsOf } from '../../../../shared/texts/messages.ts';
import { runsAsStrings } from '../../../ui/runs-as-strings.ts';
import en from './texts/names.en.json';

const t = textsOf('features/server/settings/names', en);

/** What sections and fields are called: all that the palette needs of these settings, so little that it comes with the first page. */
export const settingsNames = {
  tab: t('tab'),
  start: t('start'),
  name: t('name'),
  startup: t('startup'),
  ready: t('ready'),
  runsAs: runsAsStrings.label,
  tty: t('tty'),
  stopping: t('stopping'),
  stopBy: t('stopBy'),
  stopCommand: t('stopCommand'),
  stopSeconds: t('stopSeconds'),
  restartPolicy: t('restartPolicy'),
  autoStart: t('autoStart'),
  variables: t('variables'),
  environment: t('environment'),
  limits: t('limits'),
  memory: t('memory'),
  cpu: t('cpu'),
  files: t('files'),
  size: t('size'),
  mounts: t('mounts'),
  image: t('image'),
  imageName: t('imageName'),
  installScript: t('installScript'),
  delete: t('delete'),
  commands: t('commands'),
  commandsWay: t('commandsWay'),
  commandsPort: t('commandsPort'),
  commandsVariable: t('commandsVariable'),
  whoPlays: t('whoPlays'),
  query: t('query'),
  queryPort: t('queryPort'),
  joinLine: t('joinLine'),
  leaveLine: t('leaveLine'),
} as const;
