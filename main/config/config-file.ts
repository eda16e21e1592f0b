import { chmodSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { firstProblem } from '../../shared/first-problem.ts';
import { newToken } from '../auth/secrets.ts';
import { hasCode } from '../lib/system-error.ts';
import { writeAtomically } from '../lib/write-atomically.ts';
import { storeFailure } from '../store/store-failure.ts';
import { type Config, configSchema } from './config-schema.ts';
import { fromLightd, lightdVersionOf } from './lightd-config.ts';

export interface LoadedConfig {
  config: Config;
  path: string;
  /** True on the first start: the file was made just now, with a fresh master token. */
  created: boolean;
  /** Sentences for the log, about what was odd but no reason to stop. */
  warnings: string[];
}

const jsonObject = z.record(z.string(), z.unknown());
type JsonObject = z.infer<typeof jsonObject>;

/** Where the configuration of a data folder is. */
export function configPath(dataDir: string): string {
  return join(dataDir, 'config.json');
}

/**
 * A15: reads `config.json`, or makes the data folder and the file on the first start. A key that is left out has its
 * default; a missing token is made and written. A file of Lightd is read as it is. Unknown keys are kept and told. A broken file or a wrong value throws
 * LightdeckError `invalid` naming the key and the file, and the file is never overwritten.
 */
export function loadConfig(dataDir: string): LoadedConfig {
  const path = configPath(dataDir);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const found = readConfig(path);
  const withToken = found === null ? { authorization: {} } : found;
  const token = tokenOf(withToken);
  const raw = token === undefined ? overlay(withToken, { authorization: { token: newToken() } }) : withToken;
  const config = parseConfig(raw, path);
  if (found === null) writeConfig(path, config);
  else if (token === undefined) writeConfig(path, raw);
  const warnings = unknownKeyWarnings(raw, config, path);
  if (makePrivate(path))
    warnings.push(`${path}: other users could read the master token; its mode is 0600 now`);
  return { config, path, created: found === null, warnings };
}

/**
 * Reads the file of a host that runs: makes nothing, changes nothing. Throws LightdeckError `invalid` as `loadConfig` does, and
 * also where that would make a file or a token.
 */
export function readConfigFile(dataDir: string): Pick<LoadedConfig, 'config' | 'warnings'> {
  const path = configPath(dataDir);
  const raw = readConfig(path);
  if (raw === null) {
    throw new LightdeckError('invalid', `The configuration file ${path} is not there.`);
  }
  const config = parseConfig(raw, path);
  return { config, warnings: unknownKeyWarnings(raw, config, path) };
}

/**
 * Writes the configuration, keeping keys in the file that this version doesn't know. Throws LightdeckError `invalid` when
 * `config` is not valid, or when the file that is there is broken (it might be somebody's unfinished edit), `disk_full` or
 * `internal` when it can't be written; the file stays as it was.
 */
export function saveConfig(dataDir: string, config: Config): void {
  const path = configPath(dataDir);
  const checked = parseConfig(config, path);
  writeConfig(path, overlay(readConfig(path) ?? {}, checked));
}

function writeConfig(path: string, value: object): void {
  try {
    writeAtomically(path, `${JSON.stringify(value, null, 2)}\n`);
  } catch (error) {
    throw (
      storeFailure(error) ??
      new LightdeckError(
        'internal',
        `The configuration file ${path} can't be written: ${errorText(error)}. It was left as it is.`,
        { cause: error },
      )
    );
  }
}

/** Null if there is no file. */
function readConfig(path: string): JsonObject | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw new LightdeckError('invalid', `The configuration file ${path} can't be read: ${errorText(error)}`, {
      cause: error,
    });
  }
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new LightdeckError(
      'invalid',
      `The configuration file ${path} is not valid JSON: ${jsonProblem(error)}. Correct it and try again; it was left as it is.`,
      { cause: error },
    );
  }
  const object = jsonObject.safeParse(json);
  if (!object.success || Array.isArray(json)) {
    throw new LightdeckError(
      'invalid',
      `The configuration file ${path} must hold one JSON object; it was left as it is.`,
    );
  }
  return object.data;
}

function parseConfig(raw: unknown, path: string): Config {
  const result = configSchema.safeParse(fromLightd(raw));
  if (result.success) return result.data;
  throw new LightdeckError(
    'invalid',
    `The configuration file ${path} has a wrong value: ${firstProblem(result.error)}. Correct it and try again; it was left as it is.`,
  );
}

function tokenOf(raw: JsonObject): unknown {
  // Anything but an object there is for the schema to refuse.
  if (raw.authorization === undefined) return undefined;
  const authorization = jsonObject.safeParse(raw.authorization);
  return authorization.success ? authorization.data.token : null;
}

/** `top` over `base`, objects merged key by key. */
function overlay(base: JsonObject, top: object): JsonObject {
  const result: JsonObject = { ...base };
  for (const [key, value] of Object.entries(top)) {
    const below = asObject(result[key]);
    const above = asObject(value);
    result[key] = below && above ? overlay(below, above) : value;
  }
  return result;
}

function unknownKeyWarnings(raw: JsonObject, known: Config, path: string): string[] {
  const lightd = lightdVersionOf(raw);
  const unknown = unknownKeys(raw, known).map((key) => `${path}: unknown key ${key} (kept, without effect)`);
  return lightd === null
    ? unknown
    : [`${path}: written by Lightd ${lightd}; its settings are in force here, too`, ...unknown];
}

/** The dotted names of keys that `known` (complete, since everything has a default) doesn't have. */
function unknownKeys(raw: JsonObject, known: object, prefix = ''): string[] {
  const knownObject: JsonObject = { ...known };
  return Object.entries(raw).flatMap(([key, value]) => {
    if (!Object.hasOwn(knownObject, key)) return [`${prefix}${key}`];
    const below = asObject(value);
    const expected = asObject(knownObject[key]);
    return below && expected ? unknownKeys(below, expected, `${prefix}${key}.`) : [];
  });
}

function asObject(value: unknown): JsonObject | null {
  if (Array.isArray(value)) return null;
  const result = jsonObject.safeParse(value);
  return result.success ? result.data : null;
}

/** Whether the mode had to be changed. Windows has no such modes; the folder's owner decides there. */
function makePrivate(path: string): boolean {
  if (process.platform === 'win32' || (statSync(path).mode & 0o077) === 0) return false;
  chmodSync(path, 0o600);
  return true;
}

/** Without the piece of the file that newer V8s quote: it can hold a token, and these words go into logs and replies. */
function jsonProblem(error: unknown): string {
  return errorText(error).replace(/,? (?:\.\.\.)?".*$/s, '');
}
