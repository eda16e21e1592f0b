import type { EggServer, planEgg } from '../../../../shared/http/eggs.ts';
import type { ReplyOf } from '../../../../shared/http/route.ts';
import type { Egg } from '../../../../shared/model/egg.ts';
import type { DraftPort } from '../draft.ts';
import { blankStart, type Recipe } from '../recipe.ts';
import { strings } from './strings.ts';

/** Where the search for a free port begins: the best known one. */
const usualPort = 25_565;
/** In MiB. Nobody says what a game needs: a beginning that most can live with, more where something is downloaded. */
const usual = { memory: 2048, disk: 2048, diskOfInstall: 10_240 };

/** What the host makes of an egg. */
export type EggPlan = Pick<ReplyOf<typeof planEgg>, 'server' | 'eula'>;

/** An egg's server as a form asks for it; `id` is its name in the catalogue. Pure. */
export function eggRecipe(id: string, egg: Egg, { server: plan, eula }: EggPlan): Recipe {
  return {
    kind: 'egg',
    key: `egg ${id}`,
    start: {
      ...blankStart,
      name: egg.name,
      image: plan.image,
      startup: plan.startup_command,
      entrypoint: plan.entrypoint,
      ready: plan.start_pattern ?? '',
      stopBy: plan.stop.command === undefined ? 'signal' : 'command',
      stop: plan.stop.command ?? plan.stop.signal ?? 'SIGTERM',
      stopSeconds: plan.stop.timeout,
      install: plan.install_script ?? '',
      user: plan.user,
      tty: plan.tty,
      ports: portsOf(plan),
      memory: usual.memory,
      disk: plan.install_script === null ? usual.disk : usual.diskOfInstall,
    },
    variables: plan.variables,
    environment: plan.environment,
    fixed: { installer: plan.installer, config_files: plan.config_files, egg: plan.egg },
    images: egg.images,
    startups: egg.startup,
    eula: eula && { ...eula, variable: null, value: '' },
    memory: null,
  };
}

/** The one that every egg has, and one for each variable that tells a further one. */
function portsOf({ variables }: EggServer): DraftPort[] {
  const main: DraftPort = {
    name: strings.port,
    container: usualPort,
    host: usualPort,
    protocol: 'both',
    isSame: true,
  };
  const more = variables.flatMap((variable): DraftPort[] => {
    if (variable.field.kind !== 'port') return [];
    const asked = Number(variable.default);
    const isNumber = Number.isInteger(asked) && asked > 0 && asked < 65_536;
    const number = isNumber ? asked : usualPort;
    const isNeeded = variable.checks.some(({ kind }) => kind === 'required');
    return [
      {
        name: variable.name || variable.key,
        container: number,
        host: isNumber || isNeeded ? number : null,
        protocol: 'both',
        isSame: true,
        variable: variable.key,
      },
    ];
  });
  return [main, ...more];
}
