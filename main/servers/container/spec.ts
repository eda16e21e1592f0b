import { createHash } from 'node:crypto';
import { noResourceSettings } from '../../../shared/model/resources.ts';
import type { Limits, ServerDefinition } from '../../../shared/model/server.ts';
import { MiB } from '../../../shared/units.ts';
import { containerHome } from '../../docker/container-options.ts';
import type { ContainerSpec, ImageFacts } from '../../docker/contract.ts';
import { shellWords } from '../../eggs/shell-words.ts';
import type { UserIds } from '../../lib/host-user.ts';
import { unixLines } from '../../lib/unix-lines.ts';
import type { MountUse } from '../../volumes/mount-guard.ts';
import { withEggVariables } from './egg-variables.ts';
import { serverEnvironment } from './environment.ts';
import { scriptWords } from './long-script.ts';
import { runsAs, userOption } from './runs-as.ts';

/**
 * Size of the engine's own log per container. It is what a restarted host catches up from, so it holds as much as the
 * history does: 4 files of 16 MiB, the oldest dropped first.
 */
const engineLog = { maxSizeMiB: 16, maxFiles: 4 };

export interface SpecContext {
  hostId: string;
  volumePath: string;
  /** The IANA name of the machine's time zone; null where it can't be told. */
  timeZone: string | null;
  /** A19: whom the host runs as, as containers see it; null: it may use all files. */
  hostUser: UserIds | null;
  /** R2: the password of its remote console, where the host has made it. Throws what the store throws. */
  consolePassword?: ((server: string) => string) | undefined;
}

/** The bridge network that all servers of a host shared before each had its own. */
export function sharedNetwork(hostId: string): string {
  return `lightdeck-${hostId.slice(0, 8)}`;
}

/** A7: the server's own bridge network, named like its container. */
export function serverNetwork(internalId: string): string {
  return `lightd-${internalId}`;
}

/** A7: what its container is called. */
export function containerName(internalId: string): string {
  return `lightd-${internalId}`;
}

/** The image that a server runs on, as the engine is asked for it. */
export const imageOf = ({ image, image_pin }: ServerDefinition): string => image_pin ?? image;

/**
 * A7: the container that a server's definition asks for, on an image that says this of itself (null: nobody asked it). Pure; equal
 * definitions give equal hashes.
 */
export function serverSpec(
  definition: ServerDefinition,
  context: SpecContext,
  image: ImageFacts | null = null,
): ContainerSpec {
  const as = runsAs(definition, context.hostUser);
  const spec: ContainerSpec = {
    name: containerName(definition.internal_id),
    internalId: definition.internal_id,
    hostId: context.hostId,
    role: 'server',
    definitionHash: '',
    image: imageOf(definition),
    command: unixLines(definition.startup_command),
    ...(definition.entrypoint === 'shell' ? {} : { program: programOf(definition) }),
    environment: {
      ...(as.mode === 'host' && context.hostUser ? { HOME: containerHome } : {}),
      ...serverEnvironment(withEggVariables(definition, context), image, context.timeZone),
      ...consoleEnvironment(definition, context),
    },
    user: userOption(as),
    tty: definition.tty,
    volumePath: context.volumePath,
    // Only the user's own mounts and the volume: equal definitions of before `data_path` keep their hash.
    mounts: {
      ...definition.mount,
      ...(definition.data_path === null ? {} : { [definition.data_path]: context.volumePath }),
    },
    ...(definition.read_only_mounts.length === 0 ? {} : { readOnlyMounts: definition.read_only_mounts }),
    // As with the mounts above: those of before it keep their hash.
    ...(definition.read_only_root ? { readOnlyRoot: true } : {}),
    ports: definition.ports,
    limits: definition.limits,
    resources: definition.resources,
    network: serverNetwork(definition.internal_id),
    log: engineLog,
  };
  // Of what was decided alone: another image of that name, or a machine that moved, makes no other definition of it.
  const { environment, time_zone } = definition;
  const decided = { ...spec, environment, ...(time_zone === null ? {} : { time_zone }) };
  return { ...spec, definitionHash: hashOf(decided) };
}

/** R2: what tells the program the password of its remote console, where it wasn't chosen. */
function consoleEnvironment(
  { console, environment, internal_id }: ServerDefinition,
  { consolePassword }: SpecContext,
): Record<string, string> {
  if (console === null || environment[console.password] || !consolePassword) return {};
  return { [console.password]: consolePassword(internal_id) };
}

/** E7: an egg's images evaluate its command themselves (`STARTUP`); others take one as a shell's, or have their own. */
function programOf({ egg, startup_command }: ServerDefinition): string[] | null {
  if (egg !== null || startup_command === '') return null;
  const command = unixLines(startup_command);
  return shellWords(command) ?? [command];
}

/** B1: what a container of this definition mounts of the host. */
export function mountUseOf(definition: ServerDefinition, { volumePath }: SpecContext): MountUse {
  return {
    server: definition.internal_id,
    mounts: definition.mount,
    readOnly: definition.read_only_mounts,
    volume: volumePath,
  };
}

/** B7: what an install may use at least, in bytes and cores: many need more for a moment than the game does later. */
const installLimits = { memory: 2 * 1024 * MiB, cpu: 2 };

/** No more than the server, or these. A server without a limit is one that may have the machine. */
function limitsOfInstall({ memory, cpu }: Limits): Limits {
  return {
    memory: memory === null ? null : Math.max(memory, installLimits.memory),
    cpu: cpu === null ? null : Math.max(cpu, installLimits.cpu),
  };
}

/** A6: the throw-away container of an install: no ports, no terminal, the image's own files to be written to. */
export function installSpec(
  definition: ServerDefinition,
  script: string,
  context: SpecContext,
  image: ImageFacts | null = null,
): ContainerSpec {
  const spec: ContainerSpec = {
    ...withoutProgram(serverSpec(definition, context, image)),
    name: `lightd-${definition.internal_id}-install`,
    role: 'install',
    // As its image has it, whoever the server runs as: scripts bring programs along, which needs the image's own user.
    user: null,
    ...commandOf(script),
    tty: false,
    ports: [],
    readOnlyRoot: false,
    limits: limitsOfInstall(definition.limits),
    resources: noResourceSettings,
  };
  return { ...spec, definitionHash: hashOf(spec) };
}

function commandOf(script: string): Pick<ContainerSpec, 'command' | 'commandWords'> {
  const [command, ...commandWords] = scriptWords(unixLines(script));
  return { command, ...(commandWords.length > 0 ? { commandWords } : {}) };
}

function withoutProgram({ program: _program, ...spec }: ContainerSpec): ContainerSpec {
  return spec;
}

/** E7: the throw-away container of an install in an image of its own; `image` is what that says of itself. */
export function installerSpec(
  definition: ServerDefinition,
  { script, installer }: { script: string; installer: NonNullable<ServerDefinition['installer']> },
  context: SpecContext,
): ContainerSpec {
  const spec: ContainerSpec = {
    ...installSpec(definition, script, context),
    image: installer.image,
    program: [...installer.entrypoint, '-c', ...scriptWords(unixLines(script))],
    installAt: installerHome,
    user: '0',
    environment: serverEnvironment(withEggVariables(definition, context), null, context.timeZone),
    mounts: {},
  };
  return { ...spec, definitionHash: hashOf(spec) };
}

/** Where installers of eggs have the volume. */
const installerHome = '/mnt/server';

/**
 * The throw-away container that gives the volume to a user of the image, who could not write into it otherwise. Done inside, by root
 * of that image, since only the image knows what its users' names stand for.
 */
export function ownerSpec(definition: ServerDefinition, user: string, context: SpecContext): ContainerSpec {
  const spec: ContainerSpec = {
    ...installSpec(definition, 'exec chown -R "$LIGHTDECK_OWNER" .', context),
    user: '0',
    environment: { LIGHTDECK_OWNER: user },
    mounts: {},
  };
  return { ...spec, definitionHash: hashOf(spec) };
}

/** A19: the throw-away container that looks, as the host's user, whether the image can run so. It sees nothing of the volume. */
export function hostUserCheckSpec(
  definition: ServerDefinition,
  script: string,
  { program, context, image }: { program: string; context: SpecContext; image: ImageFacts | null },
): ContainerSpec {
  const spec: ContainerSpec = {
    ...installSpec(definition, script, context, image),
    user: userOption(runsAs(definition, context.hostUser)),
    environment: { LIGHTDECK_PROGRAM: program },
    mounts: {},
  };
  return { ...spec, definitionHash: hashOf(spec) };
}

function hashOf(spec: object): string {
  return createHash('sha256').update(JSON.stringify(spec)).digest('hex').slice(0, 16);
}
