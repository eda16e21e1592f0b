import { compilePattern } from '../../../shared/eggs/pattern.ts';
import type { EggDone, EggImage, EggInstall, EggStop } from '../../../shared/model/egg.ts';
import { unixLines } from '../../lib/unix-lines.ts';
import { child, scalarText, type TreeNode } from '../data/tree.ts';
import { quoted } from './notes.ts';
import { type FieldReader, isBlank, refuseEgg } from './reader.ts';

/** How many of a kind an egg may have, and how long each may be in characters. */
const bounds = {
  images: 64,
  image: 512,
  startups: 16,
  command: 32_768,
  done: 16,
  doneText: 900,
  script: 262_144,
  label: 128,
};

/** An image's reference as it can be asked for. */
const reference = /^[A-Za-z0-9]\S*$/;

/** All images that it can run in, the first one first. Refuses an egg without one. */
export function readImages(root: TreeNode, read: FieldReader): EggImage[] {
  const single = child(root, 'image');
  const isPicture = (scalarText(single) ?? '').startsWith('data:');
  const candidates = [child(root, 'docker_images'), child(root, 'images'), isPicture ? undefined : single];
  const node = candidates.find((candidate) => !isBlank(candidate));
  const images = labelled(node, read).flatMap(({ label, node: value }) => imageOf(label, value, read) ?? []);
  if (images.length === 0) refuseEgg('it names no image to run in.');
  return images;
}

function labelled(node: TreeNode | undefined, read: FieldReader): { label: string; node: TreeNode }[] {
  if (node?.kind === 'map')
    return node.entries.slice(0, bounds.images).map((entry) => ({ label: entry.key, node: entry.node }));
  if (node?.kind === 'text') return [{ label: '', node }];
  return read.items(node, 'The list of images', bounds.images).map((item) => ({ label: '', node: item }));
}

function imageOf(label: string, node: TreeNode, read: FieldReader): EggImage | null {
  const written = read.text(node, 'The name of an image', bounds.image);
  const trimmed = written.trim();
  const local = trimmed.startsWith('~');
  const image = local ? trimmed.slice(1).trim() : trimmed;
  if (!reference.test(image)) {
    read.notes.add('image name', `The image ${quoted(written)} was left out: no image can be called so.`);
    return null;
  }
  if (trimmed !== written)
    read.notes.add('blanks', `Blanks around the image ${quoted(image)} were taken out.`);
  if (local)
    read.notes.add('local image', `The image ${quoted(image)} is said to be on the machine already (~).`);
  const name = label
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, bounds.label);
  const tag = image.slice(image.lastIndexOf('/') + 1);
  return { name: name === '' || name === image || name === trimmed ? tag : name, image, local };
}

/** Its start commands; the first one is what it is started with. */
export function readStartup(root: TreeNode, read: FieldReader): { name: string; command: string }[] {
  const many = child(root, 'startup_commands');
  const named = many?.kind === 'map' ? many.entries : [];
  const single = child(root, 'startup');
  const all = [
    ...named
      .slice(0, bounds.startups)
      .map(({ key, node }) => ({ name: key.trim().slice(0, bounds.label), node })),
    ...(isBlank(single) || named.length > 0 ? [] : [{ name: 'Default', node: single }]),
  ];
  if (named.length > bounds.startups)
    read.notes.add(
      'too many',
      `It has ${named.length} start commands; only the first ${bounds.startups} were taken.`,
    );
  const commands = all
    .map(({ name, node }) => ({
      name: name || 'Default',
      command: unixLines(read.text(node, 'The start command', bounds.command)).trim(),
    }))
    .filter(({ command }) => command !== '');
  if (commands.length === 0)
    read.notes.add(
      'no start command',
      'It has no start command; its image has to know by itself what to start.',
    );
  return commands;
}

/** Seconds until SIGKILL: after a signal, after a command, and for `^^C`, whose authors wanted the server killed at once. */
const patience = { signal: 30, command: 120, short: 10, none: 1 };
const signals = ['SIGINT', 'SIGTERM', 'SIGABRT', 'SIGQUIT', 'SIGHUP'];
const longestStop = 1024;

/** How it is stopped. What is no signal that is known comes out as SIGINT, with a note. */
export function readStop(node: TreeNode | undefined, read: FieldReader): EggStop {
  const written = read.line(node, 'The way to stop it', longestStop);
  if (written === '') {
    read.notes.add('no stop', 'It does not say how it is stopped; it gets SIGTERM.');
    return { kind: 'signal', signal: 'SIGTERM', timeout: patience.signal };
  }
  if (!written.startsWith('^')) return { kind: 'command', command: written };
  const rest = written.slice(1).trim().toUpperCase();
  if (rest === 'C') return { kind: 'signal', signal: 'SIGINT', timeout: patience.signal };
  if (rest === '^C') {
    read.notes.add(
      'kill',
      `Its way to stop (^^C) means to be killed at once; it gets SIGINT first, and ${patience.short} s to save.`,
    );
    return { kind: 'signal', signal: 'SIGINT', timeout: patience.short };
  }
  const signal = rest.startsWith('SIG') ? rest : `SIG${rest}`;
  if (signal === 'SIGKILL') return { kind: 'signal', signal, timeout: patience.none };
  if (signals.includes(signal)) return { kind: 'signal', signal, timeout: patience.signal };
  read.notes.add('unknown signal', `Its way to stop, ${quoted(written)}, is no signal; it gets SIGINT.`);
  return { kind: 'signal', signal: 'SIGINT', timeout: patience.signal };
}

/** What panels write into an egg for which nobody has said it. */
const placeholder = /^change this text \d+$/i;

/** The lines that say that it is ready; none: it counts as running as soon as it runs. */
export function readDone(node: TreeNode | undefined, read: FieldReader): EggDone[] {
  const value = node?.kind === 'map' ? child(node, 'done') : undefined;
  const items = value?.kind === 'list' ? value.items : value ? [value] : [];
  const done = items.slice(0, bounds.done).flatMap((item) => doneOf(item, read) ?? []);
  if (items.length > bounds.done)
    read.notes.add(
      'too many',
      `It has ${items.length} texts that say that it is ready; only the first ${bounds.done} were taken.`,
    );
  if (done.length === 0)
    read.notes.add(
      'no done text',
      'It does not say how to see that it is ready; it counts as running as soon as its program runs.',
    );
  return done;
}

function doneOf(node: TreeNode, read: FieldReader): EggDone | null {
  const text = read
    .text(node, 'The text that says that it is ready', bounds.doneText)
    .replace(/[\r\n]+$/, '');
  if (text.trim() === '') return null;
  if (placeholder.test(text.trim())) {
    read.notes.add(
      'done placeholder',
      `${quoted(text)} as the text that says that it is ready is what an unfinished egg has; it was left out.`,
    );
    return null;
  }
  if (!text.startsWith('regex:')) return { kind: 'text', text };
  const pattern = text.slice('regex:'.length);
  if (compilePattern(pattern)) return { kind: 'pattern', text: pattern };
  read.notes.add('done pattern', `The expression ${quoted(pattern)} can't be looked for; it was left out.`);
  return null;
}

/** Its install script; null: it has none. */
export function readInstall(
  node: TreeNode | undefined,
  images: readonly EggImage[],
  read: FieldReader,
): EggInstall | null {
  read.unknown(node, 'In the install: ', ['script', 'container', 'entrypoint']);
  const written = scalarText(child(node, 'script')) ?? '';
  if (written.length > bounds.script)
    refuseEgg(`its install script is longer than ${bounds.script} characters.`);
  const text = read.text(child(node, 'script'), 'The install script', bounds.script);
  const script = unixLines(text);
  if (script.trim() === '') {
    read.notes.add('no install', 'It has no install script: its files have to be brought.');
    return null;
  }
  if (script !== text)
    read.notes.add('line ends', 'The Windows line ends of its install script were taken out.');
  const container = read
    .line(child(node, 'container'), 'The image of the install', bounds.image)
    .replace(/^~\s*/, '');
  const isImage = reference.test(container);
  const image = isImage ? container : (images[0]?.image ?? '');
  if (!isImage)
    read.notes.add(
      'install image',
      `The image of the install ${container === '' ? 'is not named' : `can't be called ${quoted(container)}`}; ${quoted(image)} is taken.`,
    );
  const entrypoint = read
    .line(child(node, 'entrypoint'), 'The program of the install', bounds.image)
    .split(/\s+/)
    .filter((word) => word !== '');
  if (entrypoint.length === 0)
    read.notes.add('install program', 'It names no program for its install script; sh is taken.');
  return { image, entrypoint: entrypoint.length === 0 ? ['sh'] : entrypoint.slice(0, 16), script };
}
