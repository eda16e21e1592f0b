import type { Egg, EggFormat } from '../../shared/model/egg.ts';
import { eggFormatSchema, eggFormats } from '../../shared/model/egg.ts';
import { namelessEgg } from '../../shared/model/game.ts';
import { parseJson } from './data/json.ts';
import { child, scalarText, type TreeBounds, TreeError, type TreeNode } from './data/tree.ts';
import { parseYaml } from './data/yaml.ts';
import { hostVariables } from './environment.ts';
import { readConfigFiles } from './parse/config-files.ts';
import { type EggNote, EggNotes, quoted } from './parse/notes.ts';
import { FieldReader, isBlank, refuseEgg } from './parse/reader.ts';
import { readDone, readImages, readInstall, readStartup, readStop } from './parse/running.ts';
import { readVariables } from './parse/variables.ts';
import { unknownNames } from './placeholders.ts';

/** Longest egg, in characters; the largest public ones have 150 KiB, most of it a picture. */
export const maxEggText = 2 * 1024 * 1024;
/** Public ones are five levels deep and have some 500 values. */
const bounds: TreeBounds = { depth: 32, nodes: 10_000 };
/** Longest texts, in characters. */
const lengths = { name: 191, author: 256, description: 16_384, url: 2048, word: 191, icon: 512 * 1024 };

const knownFields = [
  '_comment',
  'meta',
  'exported_at',
  'name',
  'author',
  'uuid',
  'description',
  'features',
  'docker_images',
  'images',
  'image',
  'icon',
  'tags',
  'file_denylist',
  'startup',
  'startup_commands',
  'config',
  'scripts',
  'variables',
];

/**
 * Reads an egg of any of the formats, JSON or YAML, into the one model, with a note for all that was changed, left out or not understood. Pure, and in
 * time linear in the text. Throws LightdeckError `invalid` with the reason where it is no egg, or one of a format that isn't known.
 */
export function parseEgg(text: string): { egg: Egg; notes: EggNote[] } {
  if (text.length > maxEggText) refuseEgg(`it has more than ${maxEggText / 1024 / 1024} MiB.`);
  const root = readTree(text);
  const notes = new EggNotes();
  const read = new FieldReader(notes);
  const format = readFormat(root);
  read.unknown(root, '', knownFields);
  const config = child(root, 'config');
  const scripts = child(root, 'scripts');
  read.unknown(config, 'In its configuration: ', [
    'files',
    'startup',
    'logs',
    'stop',
    'file_denylist',
    'extends',
  ]);
  read.unknown(scripts, 'In its scripts: ', ['installation']);
  const images = readImages(root, read);
  const list = { most: 256, max: lengths.word };
  const egg: Egg = {
    format,
    uuid: read.lineOrNull(child(root, 'uuid'), 'The id', lengths.word),
    name: readName(root, read),
    author: read.line(child(root, 'author'), 'The author', lengths.author),
    description: read
      .text(child(root, 'description'), 'The description', lengths.description)
      .replace(/\r\n?/g, '\n')
      .trim(),
    exported_at: read.lineOrNull(child(root, 'exported_at'), 'The time of its export', lengths.word),
    update_url: readUpdateUrl(root, read),
    tags: read.lines(child(root, 'tags'), 'The list of tags', list),
    icon: readIcon(root, read),
    images,
    startup: readStartup(root, read),
    stop: readStop(child(config, 'stop'), read),
    done: readDone(nested(child(config, 'startup'), 'config.startup', read), read),
    config_files: readConfigFiles(nested(child(config, 'files'), 'config.files', read), read),
    install: readInstall(child(scripts, 'installation'), images, read),
    variables: readVariables(child(root, 'variables'), read),
    features: readFeatures(root, read),
    file_denylist: read.lines(denylistOf(root, config), 'The list of files not to be edited', {
      ...list,
      max: 1024,
    }),
  };
  const logs = nested(child(config, 'logs'), 'config.logs', read);
  if (!isBlank(logs))
    notes.add('logs', 'What it says of its logs is not used by anything any more and was left out.');
  noteUnknownNames(egg, notes);
  return { egg, notes: notes.all() };
}

function noteUnknownNames({ startup, variables }: Egg, notes: EggNotes): void {
  const known = [...hostVariables, ...variables.flatMap(({ key }) => [key, key.toUpperCase()])];
  const names = startup.flatMap(({ command }) => unknownNames(command, known));
  for (const name of new Set(names))
    notes.add(
      'unknown name',
      `Nothing sets {{${name.slice(0, 80)}}} of the start command; it comes out empty.`,
    );
}

function readTree(text: string): TreeNode {
  const isJson = /^\uFEFF?\s*[{[]/.test(text.slice(0, 4096));
  const reason = (error: TreeError): string => `it is no ${isJson ? 'JSON' : 'YAML'}: ${error.message}.`;
  try {
    const root = isJson ? parseJson(text, bounds) : parseYaml(text, bounds);
    if (root.kind === 'map') return root;
  } catch (error) {
    if (error instanceof TreeError) refuseEgg(reason(error));
    throw error;
  }
  return refuseEgg('that text is no egg.');
}

function readFormat(root: TreeNode): EggFormat {
  const version = (scalarText(child(child(root, 'meta'), 'version')) ?? '').trim();
  if (version === '')
    refuseEgg('that text is no egg, since it does not say of which format it is (meta.version).');
  const format = eggFormatSchema.safeParse(version);
  if (!format.success)
    refuseEgg(`the format ${quoted(version)} is not known here; known are ${eggFormats.join(', ')}.`);
  return format.data;
}

function readName(root: TreeNode, read: FieldReader): string {
  const name = read.line(child(root, 'name'), 'The name', lengths.name);
  if (name === '') read.notes.add('no name', 'It has no name.');
  return name || namelessEgg;
}

/** What is a map in YAML is JSON in a text in eggs that are JSON. */
function nested(node: TreeNode | undefined, what: string, read: FieldReader): TreeNode | undefined {
  if (node?.kind !== 'text' || isBlank(node)) return node;
  try {
    return parseJson(node.text, bounds);
  } catch (error) {
    if (!(error instanceof TreeError)) throw error;
    read.notes.add('not JSON', `${what} is no JSON and was left out: ${error.message}.`);
    return undefined;
  }
}

function denylistOf(root: TreeNode, config: TreeNode | undefined): TreeNode | undefined {
  const own = child(root, 'file_denylist');
  return isBlank(own) ? child(config, 'file_denylist') : own;
}

function readUpdateUrl(root: TreeNode, read: FieldReader): string | null {
  const url = read.lineOrNull(
    child(child(root, 'meta'), 'update_url'),
    'The address of newer versions',
    lengths.url,
  );
  if (url === null || /^https:\/\/[^\s"<>\\]+$/i.test(url)) return url;
  read.notes.add(
    'update address',
    `The address of newer versions, ${quoted(url)}, is no https address and was left out.`,
  );
  return null;
}

/** What a page may show as a picture. A drawing (SVG) is shown as a picture, where nothing in it runs. */
const picture = /^data:image\/(png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=]+$/;

function readIcon(root: TreeNode, read: FieldReader): string | null {
  const candidates = [child(root, 'icon'), child(root, 'image')].map(
    (node) => scalarText(node)?.trim() ?? '',
  );
  const icon = candidates.find((text) => /^(data|https?):/.test(text));
  if (icon === undefined) return null;
  if (icon.length <= lengths.icon && picture.test(icon)) return icon;
  read.notes.add('icon', 'Its picture was left out: it is too large, or of a kind that is not shown.');
  return null;
}

/** Features that something is done for. */
const knownFeatures = ['eula', 'java_version', 'pid_limit', 'steam_disk_space', 'gsl_token'];

function readFeatures(root: TreeNode, read: FieldReader): string[] {
  const features = read.lines(child(root, 'features'), 'The list of features', {
    most: 64,
    max: lengths.word,
  });
  for (const feature of features)
    if (!knownFeatures.includes(feature))
      read.notes.add('feature', `The feature ${quoted(feature)} is not known here; nothing is done for it.`);
  return features;
}
