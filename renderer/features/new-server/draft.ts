import type { z } from 'zod';
import { createContainerBody } from '../../../shared/http/container-body.ts';
import type { NetProtocol } from '../../../shared/model/server.ts';
import type { Template, TemplateVariable } from '../../../shared/templates/template.ts';
import { words } from './words.ts';

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
  tty: boolean;
  autoStart: boolean;
  restart: boolean;
  ports: DraftPort[];
  memory: number | null;
  /** Cores; null: no limit. */
  cpu: number | null;
  disk: number | null;
  /** By the variable's name. */
  values: Record<string, string>;
  hasAgreed: boolean;
}

export type DraftField =
  | Exclude<keyof Draft, 'idFollows' | 'stopBy' | 'values' | 'ports'>
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
    tty: true,
    autoStart: false,
    restart: true,
    ports: (template?.ports ?? []).map((port) => ({ ...port, host: port.container })),
    memory: template?.memory.recommended ?? 1024,
    cpu: null,
    disk: template?.disk ?? 1024,
    values: Object.fromEntries((template?.variables ?? []).map((one) => [one.name, one.default])),
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
      ...(template?.eula && draft.hasAgreed ? { [template.eula.variable]: template.eula.value } : {}),
    },
  };
}

const isNamedIn = (command: string, name: string): boolean => new RegExp(`\\$\\{?${name}\\b`).test(command);

/** The form's field for each field of the request. */
const fieldOf: Record<string, DraftField> = {
  internal_id: 'id',
  name: 'name',
  image: 'image',
  startup_command: 'startup',
  start_pattern: 'ready',
  stop: 'stop',
  install_script: 'install',
  data_path: 'dataPath',
  limits: 'memory',
};

/** What keeps a draft from being made, in words, by field; checked by the host's own schema, too. Pure. */
export function mistakesIn(
  draft: Draft,
  template: Template | null,
  { taken, portProblem }: { taken: ReadonlySet<string>; portProblem: (port: DraftPort) => string | null },
): Mistakes {
  const found: Mistakes = {};
  const parsed = createContainerBody.safeParse(toRequest(draft, template, 'volume'));
  for (const issue of parsed.error?.issues ?? []) {
    const field = fieldOf[String(issue.path[0])];
    if (field) found[field] ??= `${issue.message.charAt(0).toUpperCase()}${issue.message.slice(1)}.`;
  }
  if (draft.name.trim() === '') found.name = words.needsName;
  if (draft.image.trim() === '') found.image = words.needsImage;
  if (taken.has(draft.id)) found.id = words.takenId(draft.id);
  if (draft.stopSeconds === null) found.stopSeconds = words.needsNumber;
  if (draft.disk === null || draft.disk < 1) found.disk = words.needsNumber;
  if (template?.eula && !draft.hasAgreed) found.hasAgreed = words.needsAgreement;
  draft.ports.forEach((port, index) => {
    const problem = ownPortProblem(port, draft.ports.slice(0, index)) ?? portProblem(port);
    if (problem !== null) found[`ports.${index}`] = problem;
  });
  for (const variable of template?.variables ?? []) {
    const problem = variableProblem(variable, draft.values[variable.name] ?? '');
    if (problem !== null) found[`values.${variable.name}`] = problem;
  }
  return found;
}

function ownPortProblem(port: DraftPort, before: readonly DraftPort[]): string | null {
  if (port.host === null || port.host < 1 || port.host > 65_535) return words.needsPort;
  const isTwice = before.some(({ host, protocol }) => host === port.host && protocol === port.protocol);
  return isTwice ? words.portTwice : null;
}

function variableProblem(variable: TemplateVariable, value: string): string | null {
  const { type, required, min = 0, max = Number.MAX_SAFE_INTEGER, pattern } = variable;
  if (value === '') return required ? words.required(variable.label) : null;
  if (type === 'number') {
    const number = Number(value);
    const isGood = Number.isInteger(number) && number >= min && number <= max;
    return isGood ? null : words.between(min, max);
  }
  if (type === 'secret' && value.length < min) return words.tooShort(min);
  return pattern === undefined || new RegExp(`^(?:${pattern})$`).test(value) ? null : words.pattern(pattern);
}
