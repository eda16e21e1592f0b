import type { ContainerCreateOptions, PortMap } from 'dockerode';
import { MiB } from '../../shared/units.ts';
import { resourceOptions } from './container-resources.ts';
import type { ContainerSpec } from './contract.ts';
import type { EngineKind } from './engine-target.ts';

/** Labels by which containers are known as ours (A7). */
export const labels = {
  id: 'lightdeck.id',
  host: 'lightdeck.host',
  role: 'lightdeck.role',
  definition: 'lightdeck.definition',
  network: 'lightdeck.network',
} as const;

/** Where the server's volume is mounted, and where it works (A7). */
export const containerHome = '/home/container';

/** Most processes and threads of one server (A7): a fork bomb stays inside. */
const pidsLimit = 512;

/**
 * What game-server images need of the kernel's capabilities (A7), everything else is dropped. Their entry scripts start
 * as root, take the volume over (CHOWN, DAC_OVERRIDE, FOWNER), step down to a user (SETUID, SETGID) and signal the
 * game, which then has another user (KILL); some serve ports below 1024 (NET_BIND_SERVICE). Left out of Docker's own set:
 * NET_RAW, MKNOD, SYS_CHROOT, AUDIT_WRITE, SETPCAP, SETFCAP, FSETID.
 */
const capabilities = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETUID', 'SETGID', 'KILL', 'NET_BIND_SERVICE'];

/**
 * Of a program's terminal, in characters. No window stands for it, since each viewer has its own, but without a size (0 × 0) programs
 * divide by it. Wide, since a line editor or a table breaks its text there, for good; the page breaks lines where its window ends.
 */
export const terminalSize = { columns: 200, rows: 50 } as const;

/**
 * B7: what can be written to where the image's own files can't be, in memory and gone with the run: what Unix programs expect. They
 * may run programs from there, since Java's libraries unpack theirs into it.
 */
const scratchFolders = ['/tmp', '/var/tmp', '/run'];
const maxScratchBytes = 256 * MiB;

/** B7: what a container may write outside of its mounts, where the engine can keep to it. */
export const layerOptions = { StorageOpt: { size: '10G' } };

/** Installers have the engine's own: package managers step down to users of theirs, and unpack files of any owner. */
const serverRights = {
  PidsLimit: pidsLimit,
  CapDrop: ['ALL'],
  CapAdd: capabilities,
  SecurityOpt: ['no-new-privileges'],
};

export type CreateBody = Omit<ContainerCreateOptions, 'name'>;

/**
 * The engine's own form of a container (the body of POST /containers/create, without its name). Pure.
 *
 * Signals: the first process is the engine's init, which passes a signal on to the shell alone. Many shells replace themselves by a
 * simple command, some don't, and none does where more follows (`game; echo bye`): so a stop looks for the programs
 * behind it (`signal-programs.ts`).
 */
export function containerOptions(spec: ContainerSpec, kind: EngineKind = 'docker'): CreateBody {
  const files = Math.max(1, spec.log.maxFiles);
  return {
    Image: spec.image,
    ...programOf(spec),
    ...(spec.user === null ? {} : { User: spec.user }),
    ...(spec.installAt === undefined ? { WorkingDir: containerHome } : {}),
    Env: Object.entries(spec.environment).map(([key, value]) => `${key}=${value}`),
    Labels: {
      [labels.id]: spec.internalId,
      [labels.host]: spec.hostId,
      [labels.role]: spec.role,
      [labels.definition]: spec.definitionHash,
    },
    Tty: spec.tty,
    OpenStdin: true,
    // Once would close the game's input when we detach, as at every restart of the daemon.
    StdinOnce: false,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    ExposedPorts: Object.fromEntries(spec.ports.map((port) => [portKey(port), {}])),
    HostConfig: {
      // Mounts, not Binds: a Windows path or a colon in a path would be cut at the wrong place.
      Mounts: [
        { Type: 'bind', Source: spec.volumePath, Target: spec.installAt ?? containerHome },
        ...Object.entries(spec.mounts).map(([target, source]) => ({
          Type: 'bind' as const,
          Source: source,
          Target: target,
          ...(spec.readOnlyMounts?.includes(target) ? { ReadOnly: true } : {}),
        })),
      ],
      PortBindings: portBindings(spec),
      ...resourceOptions(spec),
      ...(spec.readOnlyRoot ? { ReadonlyRootfs: true, Tmpfs: scratch(spec) } : {}),
      ...(spec.installAt === undefined ? serverRights : {}),
      LogConfig: {
        Type: 'json-file',
        Config: {
          // Podman has one file, which it empties when it is full.
          'max-size': String(
            Math.max(1, Math.round(spec.log.maxSizeMiB * MiB)) * (kind === 'podman' ? files : 1),
          ),
          'max-file': String(files),
        },
      },
      // Restarting is the host's decision (crash policy), which knows what was wanted.
      RestartPolicy: { Name: 'no' },
      NetworkMode: spec.network,
      // Newer engines give it before the first instruction; see `sizeTerminal` for the others.
      ...(spec.tty ? { ConsoleSize: [terminalSize.rows, terminalSize.columns] } : {}),
      // Reaps zombies, and lets a signal without a handler end the game: the kernel withholds those from a first process.
      Init: true,
    },
  };
}

/** Neither entry point nor command: the image's own. */
function programOf({
  program,
  command,
  commandWords = [],
}: ContainerSpec): Pick<CreateBody, 'Entrypoint' | 'Cmd'> {
  if (program === undefined) return { Entrypoint: ['/bin/sh', '-c'], Cmd: [command, ...commandWords] };
  return program === null ? {} : { Cmd: program };
}

/** Each counts against the server's memory, so together they take no more than a quarter of it. */
function scratch({ mounts, limits }: ContainerSpec): Record<string, string> {
  const share = limits.memory === null ? maxScratchBytes : limits.memory / 4 / scratchFolders.length;
  const size = Math.floor(Math.min(maxScratchBytes, share));
  const folders = scratchFolders.filter((folder) => !Object.hasOwn(mounts, folder));
  return Object.fromEntries(folders.map((folder) => [folder, `rw,exec,nosuid,nodev,mode=1777,size=${size}`]));
}

function portKey(port: { container_port: number; protocol: string }): string {
  return `${port.container_port}/${port.protocol}`;
}

function portBindings(spec: ContainerSpec): PortMap {
  const bindings: PortMap = {};
  for (const port of spec.ports) {
    const key = portKey(port);
    bindings[key] = [...(bindings[key] ?? []), { HostIp: port.ip, HostPort: String(port.host_port) }];
  }
  return bindings;
}
