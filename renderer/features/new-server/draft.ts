import type { z } from 'zod';
import type { createContainerBody } from '../../../shared/http/container-body.ts';
import type { NetProtocol, UserMode } from '../../../shared/model/server.ts';
import { withValues } from '../../../shared/model/server-variable.ts';
import { type EnvironmentRow, environmentOf } from '../../ui/environment.ts';
import type { Recipe } from './recipe.ts';

const mebibyte = 1024 * 1024;

export interface DraftPort {
  /** What it is for. */
  name: string;
  container: number;
  protocol: NetProtocol | 'both';
  /** The host's number; null while the field is empty. */
  host: number | null;
  /** Inside it has the host's number, as eggs expect it. */
  isSame?: true;
  /** The variable that tells its number to the programs. */
  variable?: string;
}

/** The protocols that a port is published for. */
export const protocolsOf = ({ protocol }: Pick<DraftPort, 'protocol'>): readonly NetProtocol[] =>
  protocol === 'both' ? ['tcp', 'udp'] : [protocol];

/** A server that is being made, as its form has it: numbers that are not typed yet are null, sizes are in MiB. */
export interface Draft {
  name: string;
  id: string;
  /** Whether the id still follows the name. */
  idFollows: boolean;
  image: string;
  startup: string;
  /** Whether a startup command is run by a shell, or given to the image's own entry point. */
  entrypoint: 'shell' | 'image';
  ready: string;
  stopBy: 'command' | 'signal';
  stop: string;
  stopSeconds: number | null;
  install: string;
  dataPath: string;
  /** '': that of the host's machine, or the image's. */
  timeZone: string;
  /** Owner of the files; '': the image's own user. */
  owner: string;
  /** A19: whom its programs run as; null: what the host does by default. */
  user: UserMode | null;
  /** The image's own files can't be changed. */
  readOnlyRoot: boolean;
  tty: boolean;
  autoStart: boolean;
  restart: boolean;
  ports: DraftPort[];
  memory: number | null;
  /** Cores; null: no limit. */
  cpu: number | null;
  disk: number | null;
  /** The game's own variables, by name. */
  values: Record<string, string>;
  /** Further variables, of whatever name. */
  environment: EnvironmentRow[];
  hasAgreed: boolean;
}

export type DraftField =
  | Exclude<keyof Draft, 'idFollows' | 'stopBy' | 'entrypoint' | 'values' | 'ports' | 'environment'>
  | `environment.${number}`
  | `ports.${number}`
  | `values.${string}`;
export type Mistakes = Partial<Record<DraftField, string>>;

export function newDraft({ start, variables }: Recipe, taken: ReadonlySet<string>): Draft {
  return {
    ...start,
    id: freeId(start.name, taken),
    idFollows: true,
    values: Object.fromEntries(variables.map((one) => [one.key, one.default])),
    hasAgreed: false,
  };
}

/** `Minecraft: Java Edition` → `minecraft-java-edition`, with a number behind it if that is taken. */
export function freeId(name: string, taken: ReadonlySet<string>): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 56);
  const base = plain || 'server';
  if (!taken.has(base)) return base;
  for (let number = 2; ; number += 1) if (!taken.has(`${base}-${number}`)) return `${base}-${number}`;
}

export type CreateRequest = z.input<typeof createContainerBody>;

/** Whom its programs run as: an image that is started its own way knows best. */
export const userOf = (draft: Draft, { kind }: Recipe): UserMode | null =>
  draft.user ?? (kind !== 'template' && entrypointOf(draft, { kind }) === 'image' ? 'image' : null);

/** Without a command an image has its own. */
const entrypointOf = (draft: Draft, { kind }: Pick<Recipe, 'kind'>): Draft['entrypoint'] =>
  kind === 'image' && draft.startup.trim() === '' ? 'image' : draft.entrypoint;

/** The request that a draft comes to, on a volume. */
export function toRequest(draft: Draft, recipe: Recipe, volume_id: string): CreateRequest {
  const { variables, eula, fixed } = recipe;
  return {
    internal_id: draft.id,
    name: draft.name,
    image: draft.image.trim(),
    volume_id,
    startup_command: draft.startup,
    entrypoint: entrypointOf(draft, recipe),
    start_pattern: draft.ready,
    stop: {
      ...(draft.stopBy === 'command' ? { command: draft.stop } : { signal: draft.stop }),
      timeout: draft.stopSeconds ?? 0,
    },
    install_script: draft.install,
    data_path: draft.dataPath === '' ? null : draft.dataPath,
    time_zone: draft.timeZone === '' ? null : draft.timeZone,
    volume_owner: draft.owner === '' ? null : draft.owner,
    user: userOf(draft, recipe),
    read_only_root: draft.readOnlyRoot,
    tty: draft.tty,
    auto_start: draft.autoStart,
    restart_policy: draft.restart ? 'on-failure' : 'no',
    ports: draft.ports.flatMap(bindingsOf),
    limits: { memory: draft.memory === null ? null : draft.memory * mebibyte, cpu: draft.cpu },
    environment: {
      ...withValues(recipe.environment, variables, new Map(Object.entries(valuesOf(draft)))),
      ...environmentOf(draft.environment),
      ...(eula && eula.variable !== null && draft.hasAgreed ? { [eula.variable]: eula.value } : {}),
    },
    ...(eula && eula.variable === null && draft.hasAgreed ? { accept_eula: true } : {}),
    ...fixed,
    // Without a script there is nothing to run in it.
    installer: draft.install === '' ? null : (fixed.installer ?? null),
    variables: [...variables],
  };
}

/** The values of the recipe's variables; those that tell a port have its number. */
const valuesOf = ({ values, ports }: Draft): Record<string, string> => ({
  ...values,
  ...Object.fromEntries(
    ports.flatMap(({ variable, host }) => (variable === undefined ? [] : [[variable, String(host ?? '')]])),
  ),
});

/** A further port that is left empty isn't published. */
const bindingsOf = (port: DraftPort): NonNullable<CreateRequest['ports']> =>
  port.host === null && port.variable !== undefined
    ? []
    : protocolsOf(port).map((protocol) => ({
        container_port: port.isSame ? (port.host ?? 0) : port.container,
        host_port: port.host ?? 0,
        protocol,
      }));
