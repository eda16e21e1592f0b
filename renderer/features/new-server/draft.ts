import type { z } from 'zod';
import type { createContainerBody } from '../../../shared/http/container-body.ts';
import type { NetProtocol, UserMode } from '../../../shared/model/server.ts';
import type { Template } from '../../../shared/templates/template.ts';
import { type EnvironmentRow, environmentOf } from '../../ui/environment.ts';

const mebibyte = 1024 * 1024;

export interface DraftPort {
  /** What it is for. */
  name: string;
  container: number;
  protocol: NetProtocol;
  /** The host's number; null while the field is empty. */
  host: number | null;
}

/** A server that is being made, as its form has it: numbers that are not typed yet are null, sizes are in MiB. */
export interface Draft {
  name: string;
  id: string;
  /** Whether the id still follows the name. */
  idFollows: boolean;
  image: string;
  startup: string;
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
  | Exclude<keyof Draft, 'idFollows' | 'stopBy' | 'values' | 'ports' | 'environment'>
  | `environment.${number}`
  | `ports.${number}`
  | `values.${string}`;
export type Mistakes = Partial<Record<DraftField, string>>;

/** What a form begins with. Null: any image. */
export function newDraft(template: Template | null, taken: ReadonlySet<string>): Draft {
  const name = template?.name ?? '';
  return {
    name,
    id: freeId(name, taken),
    idFollows: true,
    image: template?.image ?? '',
    startup: template?.startup.join('\n') ?? '',
    ready: template?.ready ?? '',
    stopBy: template?.stop.command === undefined ? 'signal' : 'command',
    stop: template?.stop.command ?? template?.stop.signal ?? 'SIGTERM',
    stopSeconds: template?.stop.timeout ?? 30,
    install: template?.install?.join('\n') ?? '',
    dataPath: template?.data_path ?? '',
    timeZone: '',
    owner: '',
    user: template?.user ?? null,
    readOnlyRoot: false,
    tty: true,
    autoStart: false,
    restart: true,
    ports: (template?.ports ?? []).map((port) => ({ ...port, host: port.container })),
    memory: template?.memory.recommended ?? 1024,
    cpu: null,
    disk: template?.disk ?? 1024,
    values: Object.fromEntries((template?.variables ?? []).map((one) => [one.name, one.default])),
    environment: [],
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

type CreateRequest = z.input<typeof createContainerBody>;

/** The request that a draft comes to, on a volume. */
export function toRequest(draft: Draft, template: Template | null, volume_id: string): CreateRequest {
  const filled = Object.entries(draft.values).filter(([name, value]) => {
    const variable = template?.variables.find((one) => one.name === name);
    return value !== '' || variable?.required === true || isNamedIn(draft.startup, name);
  });
  return {
    internal_id: draft.id,
    name: draft.name,
    image: draft.image.trim(),
    volume_id,
    startup_command: draft.startup,
    start_pattern: draft.ready,
    stop: {
      ...(draft.stopBy === 'command' ? { command: draft.stop } : { signal: draft.stop }),
      timeout: draft.stopSeconds ?? 0,
    },
    install_script: draft.install,
    data_path: draft.dataPath === '' ? null : draft.dataPath,
    time_zone: draft.timeZone === '' ? null : draft.timeZone,
    volume_owner: draft.owner === '' ? null : draft.owner,
    user: draft.user,
    freeze: template?.freeze ?? null,
    read_only_root: draft.readOnlyRoot,
    tty: draft.tty,
    auto_start: draft.autoStart,
    restart_policy: draft.restart ? 'on-failure' : 'no',
    ports: draft.ports.map(({ container, protocol, host }) => ({
      container_port: container,
      host_port: host ?? 0,
      protocol,
    })),
    limits: { memory: draft.memory === null ? null : draft.memory * mebibyte, cpu: draft.cpu },
    environment: {
      ...template?.environment,
      ...Object.fromEntries(filled),
      ...environmentOf(draft.environment),
      ...(template?.eula && draft.hasAgreed ? { [template.eula.variable]: template.eula.value } : {}),
    },
  };
}

const isNamedIn = (command: string, name: string): boolean => new RegExp(`\\$\\{?${name}\\b`).test(command);
