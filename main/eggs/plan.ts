import { LightdeckError } from '../../shared/errors.ts';
import type { EggServer } from '../../shared/http/eggs.ts';
import type { Egg } from '../../shared/model/egg.ts';
import { valuesInForce } from './environment.ts';
import { startPatternOf } from './start-pattern.ts';

/** What is chosen of an egg; what is left out is the egg's first. */
export interface EggChoice {
  values: ReadonlyMap<string, string>;
  image?: string | undefined;
  startup?: string | undefined;
  /** False: the files are brought, no script runs. */
  install: boolean;
}

export interface EggPlan {
  server: EggServer;
  /** What is wrong with a value, by the variable's name. */
  problems: Record<string, string>;
  notes: string[];
  /** What its game asks its owner to accept. */
  eula: { label: string; url: string } | null;
}

/** Eggs with this feature are for Minecraft, whose servers ask for its licence. */
const minecraftEula = {
  label: 'I have read and accept the Minecraft End User License Agreement',
  url: 'https://www.minecraft.net/eula',
};

/** Seconds for a command to end the server: a large world is saved in that time. */
const commandTimeout = 120;
const installTimeout = 2 * 3600;

/** E7: a server as the egg and the values ask for it, to be created once it has an id, a volume and ports. Throws `invalid` for a choice that the egg doesn't have. */
export function planServer(egg: Egg, sha256: string, choice: EggChoice): EggPlan {
  const { values, problems } = valuesInForce(egg, choice.values);
  const image = chosen(egg.images, ({ image: name }) => name === choice.image, choice.image, 'image');
  const startup = chosen(egg.startup, ({ name }) => name === choice.startup, choice.startup, 'start command');
  if (!image) throw new LightdeckError('invalid', 'image: this egg has none');
  const { pattern, left } = startPatternOf(egg.done);
  const notes =
    left > 0 ? [`${left} of the texts that say that it is ready are too long to be looked for.`] : [];
  const command = startup?.command ?? '';
  if (mentionsMemory(egg, command))
    notes.push('It is told how much memory it has: give the server a memory limit.');
  const install = choice.install ? egg.install : null;
  return {
    server: {
      image: image.image,
      startup_command: command,
      entrypoint: 'image',
      start_pattern: pattern,
      environment: Object.fromEntries(values),
      stop:
        egg.stop.kind === 'command'
          ? { command: egg.stop.command, timeout: commandTimeout }
          : { signal: egg.stop.signal, timeout: egg.stop.timeout },
      tty: true,
      user: 'image',
      install_script: install?.script ?? null,
      installer: install && { image: install.image, entrypoint: install.entrypoint, timeout: installTimeout },
      config_files: egg.config_files,
      egg: { name: egg.name, uuid: egg.uuid, sha256 },
      variables: egg.variables.map(({ rules: _rules, sort: _sort, ...variable }) => ({
        ...variable,
        leave_out: false,
      })),
    },
    eula: egg.features.includes('eula') ? minecraftEula : null,
    problems: Object.fromEntries(problems),
    notes,
  };
}

function chosen<T>(
  all: readonly T[],
  is: (one: T) => boolean,
  asked: string | undefined,
  what: string,
): T | undefined {
  if (asked === undefined) return all[0];
  const found = all.find(is);
  if (!found)
    throw new LightdeckError('invalid', `${what}: this egg has no ${what} “${asked.slice(0, 200)}”`);
  return found;
}

function mentionsMemory(egg: Egg, command: string): boolean {
  const values = egg.config_files.flatMap(({ find }) => find.map(({ value }) => String(value)));
  return [command, ...values].some((text) => /SERVER_MEMORY|server\.build\.memory/.test(text));
}
