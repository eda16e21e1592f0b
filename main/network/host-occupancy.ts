import type { PublishedPort } from '../docker/contract.ts';
import { type LinuxSocket, type Owner, ownersOf, readSockets } from '../host/linux-sockets.ts';
import type { Log } from '../lib/log.ts';
import { type Holders, type Occupancy, type PortKey, portWords } from './contract.ts';
import { isIpv6, overlap } from './host-ip.ts';
import { isBound } from './try-bind.ts';

export interface HostOccupancyOptions {
  platform: NodeJS.Platform;
  /** False while the engine runs on another machine: then nothing here says anything about its ports. */
  isLocal: () => boolean;
  /** What running containers publish, to name who is behind the engine's own sockets; may reject. */
  published: () => Promise<PublishedPort[]>;
  log: Log;
}

/** Ports tried at the same time where trying is the only way: each takes a file handle. */
const bindWidth = 64;

/**
 * Who holds host ports, looked up anew each time: on Linux from the kernel's list of sockets, elsewhere by trying to bind.
 * One bind of a port at a time, or two of our own would take each other for somebody.
 */
export function createHostOccupancy(options: HostOccupancyOptions): Occupancy {
  const { platform, isLocal, log } = options;
  const tryBind = oneAtATime((key) => isBound(key, platform));
  return {
    async holders(ports) {
      if (ports.length === 0 || !isLocal()) return new Map();
      try {
        const found =
          platform === 'linux' ? await bySockets(ports, tryBind) : await byBinding(ports, tryBind);
        return await describeHolders(found, options);
      } catch (error) {
        log.warn({ error: String(error) }, 'who holds the host ports could not be found out');
        return new Map();
      }
    },
  };
}

interface Found {
  key: PortKey;
  owner: Owner | null;
}

type TryBind = (key: PortKey) => Promise<boolean>;

async function bySockets(ports: readonly PortKey[], tryBind: TryBind): Promise<Found[]> {
  const sockets = await readSockets().catch(() => null);
  // A Linux without /proc.
  if (sockets === null) return byBinding(ports, tryBind);
  const byPort = grouped(sockets);
  const found: { key: PortKey; socket: LinuxSocket }[] = [];
  for (const key of ports) {
    const near = byPort.get(`${key.port}/${key.protocol}`) ?? [];
    const socket = near.find(({ ip }) => overlap(ip, key.ip)) ?? (await dualSocket(key, near, tryBind));
    if (socket) found.push({ key, socket });
  }
  const owners = await ownersOf(found.map(({ socket }) => socket.inode));
  return found.map(({ key, socket }) => ({ key, owner: owners.get(socket.inode) ?? null }));
}

function grouped(sockets: LinuxSocket[]): Map<string, LinuxSocket[]> {
  const byPort = new Map<string, LinuxSocket[]>();
  for (const socket of sockets) {
    const name = `${socket.port}/${socket.protocol}`;
    byPort.set(name, [...(byPort.get(name) ?? []), socket]);
  }
  return byPort;
}

/** A socket on :: may take in IPv4 too, and the kernel's list doesn't say whether it does. */
async function dualSocket(
  key: PortKey,
  near: LinuxSocket[],
  tryBind: TryBind,
): Promise<LinuxSocket | undefined> {
  if (isIpv6(key.ip)) return undefined;
  const socket = near.find(({ ip }) => ip === '::');
  return socket && (await tryBind(key)) ? socket : undefined;
}

async function byBinding(ports: readonly PortKey[], tryBind: TryBind): Promise<Found[]> {
  const found: Found[] = [];
  for (let from = 0; from < ports.length; from += bindWidth) {
    const some = ports.slice(from, from + bindWidth);
    const bound = await Promise.all(some.map(tryBind));
    found.push(...some.filter((_, index) => bound[index]).map((key) => ({ key, owner: null })));
  }
  return found;
}

/** Calls for the same port and protocol wait for each other. */
function oneAtATime(work: TryBind): TryBind {
  const last = new Map<string, Promise<boolean>>();
  return (key) => {
    const name = `${key.port}/${key.protocol}`;
    const next = (last.get(name) ?? Promise.resolve(false)).then(() => work(key));
    last.set(name, next);
    return next.finally(() => {
      if (last.get(name) === next) last.delete(name);
    });
  };
}

/** Processes that hold a port for somebody else: the engine's helpers. */
const engineProcess = /^(docker|com\.docker|rootless|podman|conmon|slirp4netns|pasta|gvproxy|vpnkit)/i;

async function describeHolders(found: Found[], { published }: HostOccupancyOptions): Promise<Holders> {
  const isEngines = ({ owner }: Found): boolean => owner === null || engineProcess.test(owner.name);
  const containers = found.some(isEngines) ? await published().catch(() => []) : [];
  return new Map(
    found.map((one) => {
      const { key, owner } = one;
      const behind = containers.find(
        ({ ip, port, protocol }) =>
          isEngines(one) && port === key.port && protocol === key.protocol && overlap(ip, key.ip),
      );
      return [portWords(key), describeOwner(owner, behind?.name ?? null)];
    }),
  );
}

function describeOwner(owner: Owner | null, container: string | null): string {
  if (container !== null) return `the container ${container}`;
  if (owner === null) return 'another program';
  return owner.pid === process.pid ? 'Lightdeck itself' : `${owner.name} (pid ${owner.pid})`;
}
