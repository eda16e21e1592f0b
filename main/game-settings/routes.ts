import { createHash } from 'node:crypto';
import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import {
  changeConfigFile,
  listConfigFiles,
  type ReadConfigFile,
  readConfigFile as readRoute,
} from '../../shared/http/config-files.ts';
import type { SettingParser } from '../../shared/model/config-setting.ts';
import type { Scope } from '../../shared/scopes.ts';
import type { Grant } from '../auth/contract.ts';
import type { Routes } from '../feature/contract.ts';
import type { Jail, VolumeFiles } from '../files/contract.ts';
import { refuseAbsolute } from '../files/user-path.ts';
import { requireVolume, type VolumeAccess } from '../servers/volume-access.ts';
import { findConfigFiles } from './find-config-files.ts';

export interface GameSettingsOptions extends VolumeAccess {
  files: VolumeFiles;
}

/** What reads and changes settings, with all formats. Loaded when first asked for. */
async function tools() {
  const [
    { readConfigFile, whole },
    { decodeText, encodeText },
    { editConfig },
    { readConfig, replacementFor },
  ] = await Promise.all([
    import('../eggs/config-files.ts'),
    import('../eggs/data/encoding.ts'),
    import('../eggs/edit-config.ts'),
    import('../eggs/read-config.ts'),
  ]);
  return { readConfigFile, whole, decodeText, encodeText, editConfig, readConfig, replacementFor };
}

/** E12: configuration files as settings, one by one. */
export function gameSettingsRoutes(routes: Routes, options: GameSettingsOptions): void {
  const jailOf = (grant: Grant, scope: Scope, id: string): Jail =>
    options.files.jail(requireVolume(grant, scope, id, options).id);

  /** Those that the servers of a volume set before their starts, each by its parser. */
  const recipeFiles = (volume: string): Map<string, SettingParser> => {
    const own = options.servers.list().filter(({ definition }) => definition.volume_id === volume);
    const files = own.flatMap(({ definition }) => definition.config_files);
    return new Map(files.map(({ path, parser }) => [path, parser]));
  };

  routes.mount(listConfigFiles)(async ({ params, grant }) => ({
    files: await findConfigFiles(jailOf(grant, 'files.read', params.id), recipeFiles(params.id)),
  }));

  routes.mount(readRoute)(async ({ params, query: { path, parser }, grant }) => {
    const jail = jailOf(grant, 'files.read', params.id);
    const bytes = await bytesOf(jail, refuseAbsolute(path));
    return published(path, parser, bytes);
  });

  routes.mount(changeConfigFile)(async ({ params, body, grant }) => {
    const { path, parser, revision, changes } = body;
    const jail = jailOf(grant, 'files.write', params.id);
    const old = await bytesOf(jail, refuseAbsolute(path));
    if (revisionOf(old) !== revision)
      throw new LightdeckError(
        'conflict',
        `${path} has changed since it was read: look at what it says now, and set it again`,
      );
    const next = await changed(old, parser, changes);
    await jail.writeWhole(path, (await tools()).whole(next), {
      keepOld: { by: grant.label },
    });
    return published(path, parser, next);
  });
}

const revisionOf = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex').slice(0, 32);

async function bytesOf(jail: Jail, path: string): Promise<Buffer> {
  const { readConfigFile } = await tools();
  const bytes = await readConfigFile(jail, path);
  if (bytes === null) throw new LightdeckError('not_found', `There is no file ${path}`);
  return bytes;
}

async function published(path: string, parser: SettingParser, bytes: Buffer): Promise<ReadConfigFile> {
  const { decodeText, readConfig } = await tools();
  try {
    const { settings, leftOut } = readConfig(parser, decodeText(bytes).text);
    return { path, parser, revision: revisionOf(bytes), settings, left_out: leftOut };
  } catch (error) {
    throw new LightdeckError('invalid', `${path} can't be read as ${parser}: ${errorText(error)}`);
  }
}

/** The file with these settings. Throws `invalid` where one has no place in it, or would change anything else than itself. */
async function changed(
  old: Buffer,
  parser: SettingParser,
  changes: readonly { match: string; value: string }[],
): Promise<Buffer> {
  const { decodeText, encodeText, editConfig, readConfig, replacementFor } = await tools();
  const { text, encoding } = decodeText(old);
  const before = new Map(readConfig(parser, text).settings.map(({ match, value }) => [match, value]));
  const unknown = changes.find(({ match }) => !before.has(match));
  if (unknown) throw new LightdeckError('invalid', `changes: the file has no setting ${unknown.match}`);
  const edited = editConfig(
    parser,
    text,
    changes.map((change) => replacementFor(parser, change)),
  );
  const [problem] = edited.problems;
  if (problem !== undefined) throw new LightdeckError('invalid', `changes: ${problem}`);
  const wanted = new Map([...before, ...changes.map(({ match, value }) => [match, value] as const)]);
  const after = readConfig(parser, edited.text).settings;
  const wrong = after.find(({ match, value }) => wanted.get(match) !== value);
  if (wrong || after.length !== before.size)
    throw new LightdeckError(
      'invalid',
      `changes: ${wrong?.match ?? changes.map(({ match }) => match).join(', ')} can't be set to that here; change the file's text instead`,
    );
  return encodeText(edited.text, encoding);
}
