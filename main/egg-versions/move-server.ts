import { isDeepStrictEqual } from 'node:util';
import type { EggServer } from '../../shared/http/eggs.ts';
import type { Egg } from '../../shared/model/egg.ts';
import type { ServerDefinition } from '../../shared/model/server.ts';
import { hasAccepted, withAcceptance, withoutAcceptance } from '../eggs/accept-eula.ts';
import { planServer } from '../eggs/plan.ts';
import type { DefinitionChanges } from '../servers/definition/changes.ts';

/** What becomes of a server that goes to another version of its egg. */
export interface Move {
  changes: DefinitionChanges;
  /** What stays as it is and why, and what is left to do, a line each. */
  notes: string[];
  /** What it should be installed anew with, since the new version doesn't have its image; null: its own will do. */
  image: string | null;
}

/** An egg in one of its versions. */
export interface EggVersionOf {
  egg: Egg;
  sha256: string;
}

/** What an egg decides of a server, beside its variables and its image, and what people call it. */
const fields = {
  startup_command: 'start command',
  start_pattern: 'ready line',
  stop: 'way to stop',
  config_files: 'configuration files',
  install_script: 'install script',
  installer: 'installer',
} as const;
type Field = keyof typeof fields;

/**
 * E16: moves a server to another version of its egg. A field that the server has as its old version gave it becomes what the new one gives; one that
 * somebody has changed stays. Values of variables stay; new variables come with their defaults. `before` null: the old version isn't known, so
 * the new one decides. Pure.
 */
export function moveServer(
  definition: ServerDefinition,
  { before, after }: { before: Egg | null; after: EggVersionOf },
): Move {
  const values = new Map(Object.entries(definition.environment));
  const own = new Map(
    after.egg.variables.flatMap(({ key }) => (values.has(key) ? [[key, values.get(key) ?? '']] : [])),
  );
  const startup = sameStartup(definition, before, after.egg);
  const accepts = hasAccepted(definition.config_files);
  const { server, problems } = planServer(after.egg, after.sha256, {
    values: own,
    install: true,
    ...(startup === null ? {} : { startup }),
  });
  const old = before === null ? null : oldPlan(definition, before);
  // What somebody has agreed to is no change of the egg's files, and stays.
  const bare = { ...definition, config_files: withoutAcceptance(definition.config_files) };
  const { changes, notes } = changedFields(bare, old, server);
  if (accepts && changes.config_files) changes.config_files = withAcceptance(changes.config_files);
  // What the server has besides stays; a new variable has its default.
  const environment = { ...server.environment, ...definition.environment };
  const all: DefinitionChanges = { ...changes, egg: server.egg, variables: server.variables, environment };
  const image = after.egg.images.some(({ image: name }) => name === definition.image) ? null : server.image;
  return {
    changes: all,
    notes: [
      ...(before === null
        ? ['The version that it came from is no longer here, so all is as the new one says']
        : []),
      ...notes,
      ...variableNotes(definition, after.egg, problems),
      ...(image === null
        ? []
        : [
            `Its image ${definition.image} is none of this version’s: install it again with ${image} when it suits you`,
          ]),
      ...(isDeepStrictEqual(all.install_script ?? definition.install_script, definition.install_script)
        ? []
        : ['The install script is another one: it runs when the server is installed again, not by itself']),
    ],
    image,
  };
}

/** The server as its old version would make it, by the start command that it has. */
function oldPlan(definition: ServerDefinition, before: Egg): EggServer {
  const name = before.startup.find(({ command }) => command === definition.startup_command)?.name;
  return planServer(before, '0'.repeat(64), {
    values: new Map(),
    install: true,
    ...(name === undefined ? {} : { startup: name }),
  }).server;
}

/** The name of its start command, where both versions have one of that name. */
function sameStartup({ startup_command }: ServerDefinition, before: Egg | null, after: Egg): string | null {
  const name = before?.startup.find(({ command }) => command === startup_command)?.name;
  return after.startup.some((one) => one.name === name) ? (name ?? null) : null;
}

function changedFields(
  definition: ServerDefinition,
  old: EggServer | null,
  next: Pick<ServerDefinition, Field>,
): { changes: DefinitionChanges; notes: string[] } {
  const notes: string[] = [];
  const isTaken = (field: Field): boolean => {
    if (isDeepStrictEqual(next[field], definition[field])) return false;
    if (old === null || isDeepStrictEqual(definition[field], old[field])) return true;
    if (!isDeepStrictEqual(old[field], next[field]))
      notes.push(
        `Its ${fields[field]} stays as it is, since somebody has changed it; the new version has another one`,
      );
    return false;
  };
  const changes: DefinitionChanges = {
    ...(isTaken('startup_command') ? { startup_command: next.startup_command } : {}),
    ...(isTaken('start_pattern') ? { start_pattern: next.start_pattern } : {}),
    ...(isTaken('stop') ? { stop: next.stop } : {}),
    ...(isTaken('config_files') ? { config_files: next.config_files } : {}),
    ...(isTaken('install_script') ? { install_script: next.install_script } : {}),
    ...(isTaken('installer') ? { installer: next.installer } : {}),
  };
  return { changes, notes };
}

function variableNotes(
  { variables, environment }: ServerDefinition,
  after: Egg,
  problems: Readonly<Record<string, string>>,
): string[] {
  const keys = new Set(after.variables.map(({ key }) => key));
  const known = new Set(variables.map(({ key }) => key));
  const nameOf = (key: string): string => after.variables.find((one) => one.key === key)?.name || key;
  return [
    ...variables
      .filter(({ key }) => !keys.has(key) && key in environment)
      .map(({ name, key }) => `${name || key} isn’t asked for any more; its value stays among the variables`),
    ...after.variables
      .filter(({ key }) => !known.has(key) && !(key in environment))
      .map(({ name, key }) => `${name || key} is asked for now; it has its default`),
    ...Object.entries(problems)
      .filter(([key]) => keys.has(key))
      .map(([key, words]) => `“${nameOf(key)}” ${words}: set it before the next start`),
  ];
}
