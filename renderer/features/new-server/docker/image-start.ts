import type { DescribedServer } from '../../../../shared/http/eggs.ts';
import type { ImageView } from '../../../../shared/http/images.ts';
import { rowsOf } from '../../../ui/environment.ts';
import { bytes } from '../../../ui/format.ts';
import type { DraftPort } from '../draft.ts';
import { imageRecipe, type Recipe } from '../recipe.ts';
import { strings } from './strings.ts';

const mebibyte = 1024 * 1024;

/** The last part of an image's name without its tag: `ghcr.io/owner/game:1` → `game`. */
const nameOfImage = (image: string): string =>
  (image.split('/').at(-1) ?? '').replace(/@.*$/, '').replace(/:.*$/, '');

/** Whether a text is an image's name and nothing else. */
export const isImageName = (text: string): boolean => /^[A-Za-z0-9][\w./:@-]*$/.test(text.trim());

/** A form's beginning of what an image says of itself; `facts` null: it isn't here. Pure. */
export function recipeOfImage(image: string, facts: ImageView | null): Recipe {
  // What was typed before it could be read is of another form.
  const known = facts === null ? image : `${image}@`;
  return imageRecipe(
    {
      name: nameOfImage(image),
      image,
      entrypoint: 'image',
      ...(facts === null ? {} : { ports: facts.ports.map(portOf), dataPath: dataPathOf(facts) }),
      ...(facts?.stop_signal ? { stop: facts.stop_signal } : {}),
    },
    `image ${known}`,
  );
}

const portOf = ({ port, protocol }: ImageView['ports'][number]): DraftPort => ({
  name: '',
  container: port,
  host: port,
  protocol,
});

/** A form's beginning of what a line or a compose service asks for; what it leaves open is what the image says. Pure. */
export function recipeOfDescribed(server: DescribedServer, facts: ImageView | null): Recipe {
  const { stop, limits, ports } = server;
  const named: DraftPort[] = ports.map(({ host_port, container_port, protocol }) => ({
    name: '',
    container: container_port,
    host: host_port,
    protocol,
  }));
  return imageRecipe(
    {
      name: server.name ?? nameOfImage(server.image),
      image: server.image,
      startup: server.startup_command,
      entrypoint: 'image',
      stopBy: stop.command === undefined ? 'signal' : 'command',
      stop: stop.command ?? stop.signal ?? 'SIGTERM',
      stopSeconds: stop.timeout,
      dataPath: server.data_path ?? (facts === null ? '' : dataPathOf(facts)),
      user: server.user,
      readOnlyRoot: server.read_only_root,
      tty: server.tty,
      ports: named.length > 0 || facts === null ? named : facts.ports.map(portOf),
      environment: rowsOf(server.environment),
      ...(limits.memory === null ? {} : { memory: Math.round(limits.memory / mebibyte) }),
      cpu: limits.cpu,
    },
    `described ${server.image} ${server.name ?? ''}`,
  );
}

/** The first folder that the image wants kept, where a volume can be. */
const dataPathOf = ({ volumes }: ImageView): string => volumes[0] ?? '';

/** What was read of an image, as the ends of one sentence. Pure. */
export function wordsOf(facts: ImageView): string[] {
  const { ports, volumes, user, entrypoint, command, health_check, size } = facts;
  const [folder, ...more] = volumes;
  const words = [
    ...(ports.length === 0
      ? []
      : [
          strings.readPorts(
            ports.map(({ port, protocol }) => `${port} (${protocol.toUpperCase()})`).join(', '),
          ),
        ]),
    ...(folder === undefined ? [] : [strings.readFolder(folder)]),
    ...(more.length === 0 ? [] : [strings.moreFolders(more.join(', '))]),
    ...(user === '' ? [] : [strings.readUser(user)]),
  ];
  const start = [...entrypoint, ...command].join(' ');
  return [
    ...(words.length === 0 ? [strings.readNothing] : words),
    ...(start === '' ? [] : [strings.readStart(cut(start))]),
    ...(health_check === null ? [] : [strings.readHealth(cut(health_check))]),
    strings.readSize(bytes(size)),
  ];
}

/** Commands can be whole scripts. */
const cut = (text: string): string => (text.length > 160 ? `${text.slice(0, 160)}…` : text);
