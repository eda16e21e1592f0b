import type { Duplex } from 'node:stream';
import type { EngineState } from '../../shared/model/host.ts';
import type { ResourceSettings, ServerResources } from '../../shared/model/resources.ts';
import type { NetProtocol, PortBinding } from '../../shared/model/server.ts';

/** A container as the engine tells it, in the few words that we need. Times are Unix milliseconds, null where never. */
export interface ContainerInfo {
  id: string;
  /** Without the leading slash. */
  name: string;
  /** From our label; null for a container that isn't ours. */
  internalId: string | null;
  /** `lightdeck.role` label: a server, the throw-away container of an install or a rehearsal, or one for work on a volume's files (A19). */
  role: 'server' | 'install' | 'rehearsal' | 'helper' | null;
  /** The host that made it (its data folder's id), so that two hosts on one engine leave each other's alone. */
  hostId: string | null;
  /** Label with a hash of the definition that it was made from; null if absent. */
  definitionHash: string | null;
  status: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
  running: boolean;
  pid: number | null;
  exitCode: number | null;
  oomKilled: boolean;
  /**
   * Whether anybody, we too, asked the engine to stop or to signal it in its last run. Only where the engine keeps that, which is
   * where it tells of stops by no event (Podman), and only once it has ended; else false.
   */
  stoppedByUser: boolean;
  /** The engine's own words when a start failed, else ''. */
  error: string;
  startedAt: number | null;
  finishedAt: number | null;
  tty: boolean;
  /** What it was made to publish, each as `0.0.0.0:25565 → 80/tcp`, sorted. */
  published: string[];
}

/** A40: a container that no Lightdeck made. `memory` in bytes, `cpu` in cores; null: no limit. */
export interface Stranger extends Pick<ContainerInfo, 'id' | 'name' | 'running' | 'tty' | 'startedAt'> {
  image: string;
  /** Whether something can be typed into it, now and later. */
  takesInput: boolean;
  /** Its input ends with the first attachment that is closed: nobody may attach to it. */
  endsInput: boolean;
  ports: PortBinding[];
  memory: number | null;
  cpu: number | null;
  stop: { signal: string; timeout: number };
  /** By which the engine starts it again; null: it doesn't. */
  restartPolicy: string | null;
  /** Gone when it stops. */
  removesItself: boolean;
}

/** A port of the engine's machine that a running container has, anybody's. */
export interface PublishedPort {
  /** The container's. */
  name: string;
  ip: string;
  port: number;
  protocol: NetProtocol;
}

/** Everything that is needed to make a container; `container-options.ts` turns it into the engine's own form (pure). */
export interface ContainerSpec {
  name: string;
  internalId: string;
  hostId: string;
  role: 'server' | 'install' | 'rehearsal';
  definitionHash: string;
  image: string;
  /** Run under `/bin/sh -c`. */
  command: string;
  /** Words that follow it there; missing: none. */
  commandWords?: string[];
  /**
   * E7: what follows the image's own entry point, instead of `command` and the shell; null: the image's own command. Missing: the shell.
   */
  program?: string[] | null;
  /** E7: root's rights as the engine gives them by default, for installers, with the volume at this place alone. Missing: a server's. */
  installAt?: string;
  environment: Record<string, string>;
  /** Who runs it, as `docker run --user` takes it; null is the image's own user. */
  user: string | null;
  tty: boolean;
  /** Host folder mounted at /home/container, which is the working directory. */
  volumePath: string;
  /** Container path → host path. */
  mounts: Record<string, string>;
  /** Container paths of them that can only be read; none if it is missing. */
  readOnlyMounts?: string[];
  /** B7: whether the image's own files can't be written to; missing: they can. */
  readOnlyRoot?: boolean;
  ports: PortBinding[];
  /** Bytes and cores; null is no limit. */
  limits: { memory: number | null; cpu: number | null };
  resources: ResourceSettings;
  /** Name of the server's own bridge network; made if it is missing. */
  network: string;
  /** Size bound of the engine's own log (json-file, rotated): max-size × max-file. */
  log: { maxSizeMiB: number; maxFiles: number };
}

/** A19: a container in which root works on the files of one volume. */
export interface HelperSpec {
  name: string;
  hostId: string;
  image: string;
  volumePath: string;
  /** The group of the host's user, as the container sees it. */
  gid: number;
}

/** How a command in a helper ended; `output` is bounded. */
export interface HelperEnd {
  code: number;
  output: string;
}

/** What an image says of itself. */
export interface ImageFacts {
  /** `sha256:…`: exactly this one, whatever its name stands for tomorrow. */
  id: string;
  /** `name@sha256:…`, by which a registry has it; null for one that came from none. */
  digest: string | null;
  /** All such names: one image can be there by several. */
  digests: string[];
  /** Bytes on this machine, unpacked. */
  size: number;
  /** Who its programs run as (`USER`); '' for none, which is root. */
  user: string;
  /** Its variables (`ENV`). */
  environment: Record<string, string>;
  /** Container folders that it wants to be volumes (`VOLUME`), sorted: where nothing is mounted, the engine makes nameless ones. */
  volumes: string[];
  /** What its programs listen on (`EXPOSE`), by number. */
  ports: { port: number; protocol: NetProtocol }[];
  /** Where its programs begin (`WORKDIR`); '' is `/`. */
  workingDir: string;
  /** By what it wants to be stopped (`STOPSIGNAL`); null: it doesn't say. */
  stopSignal: string | null;
  /** How it is asked whether it is well (`HEALTHCHECK`), as a line of a shell; null: it isn't. */
  healthCheck: string | null;
  /** What it starts with (`ENTRYPOINT`, `CMD`), word by word; none: nothing, or nothing further. */
  entrypoint: string[];
  command: string[];
  /** When it was made, Unix milliseconds; null where it doesn't say. */
  createdAt: number | null;
}

/** One of the images on the engine's machine. */
export interface LocalImage extends Pick<ImageFacts, 'id' | 'digests' | 'size' | 'createdAt'> {
  /** `name:tag`, as people write them: what Docker Hub has is without its host. None: it has lost its name to a newer one. */
  names: string[];
}

/** See `Engine.signalPrograms`. `onlyBehind`: only where a game runs in the background and `tail` shows its log; else nothing is sent (null). */
export interface ProgramSignal {
  signal: string;
  earlier: readonly number[];
  onlyBehind?: boolean;
}

/** A server's own bridge network (A7). */
export interface ServerNetwork {
  name: string;
  hostId: string;
  internalId: string;
}

export type StreamName = 'stdout' | 'stderr';

/**
 * One entry of the engine's own log. `time` is RFC 3339 with nine digits and Z, so that text order is time order.
 * `data` is the program's bytes with its newline; a line over 16 KiB comes as several entries with the same time, of
 * which only the last ends with a newline; text without a newline at the end of a run stays without one.
 */
export interface LogEntry {
  stream: StreamName;
  time: string;
  data: Buffer;
}

export interface EngineLogQuery {
  tty: boolean;
  /** Inclusive, as in `LogEntry.time`. */
  since?: string | undefined;
  /** The last N entries only. */
  tail?: number | undefined;
  follow: boolean;
}

/** Facts about the past from the engine's event feed, also of containers that no Lightdeck made (`internalId` null). `at` is Unix milliseconds of the engine's clock; `signal` is null where it isn't told. */
export type EngineEvent =
  | {
      type: 'create' | 'start' | 'destroy' | 'oom' | 'pause' | 'unpause';
      id: string;
      internalId: string | null;
      at: number;
    }
  | { type: 'kill'; id: string; internalId: string | null; at: number; signal: string | null }
  | { type: 'die'; id: string; internalId: string | null; at: number; exitCode: number };

export interface PullProgress {
  /** Bytes over all layers so far; total is null until it is known. */
  current: number;
  total: number | null;
  text: string;
}

/** The engine's own figures of one moment (S7). CPU in nanoseconds since the container's start, the rest in bytes. */
export interface StatsReading {
  at: number;
  cpuNanos: number;
  memoryUsage: number;
  memoryLimit: number;
  networkRx: number;
  networkTx: number;
  blockRead: number;
  blockWrite: number;
}

/**
 * An attachment to a running (or just created) container. `stream` carries the program's bytes: raw with a TTY, in the
 * engine's 8-byte-header frames without (see demux.ts). A chunk is good until the end of the turn in which its `data` event comes:
 * its memory is then read into again. Writing goes to standard input. Closing it leaves the container alone.
 */
export interface Attachment {
  stream: Duplex;
}

/**
 * All that Lightdeck asks of a container engine. Every bounded call has a time limit and throws LightdeckError
 * (`engine_unreachable`, `engine_refused`, `not_found`, `conflict`, `timeout`); `id` may be a name where the engine allows it.
 * Unbounded calls (attach, readLog with follow, events, pull, wait) use a separate client without a time limit and end by signal.
 */
export interface Engine {
  /**
   * Whether a program without a terminal keeps its standard input when an attachment to it is closed. Podman's comes to its end
   * then: nothing that is typed after that can reach it.
   */
  readonly keepsInput: boolean;
  /** Null if there is none of that id or name. */
  inspect(id: string): Promise<ContainerInfo | null>;
  /** All containers with our label of this host, running or not. */
  list(hostId: string): Promise<ContainerInfo[]>;
  /** A40: the running containers that no Lightdeck made, 200 at most. */
  strangers(): Promise<Stranger[]>;
  /** What all running containers publish, also those that are not ours. */
  published(): Promise<PublishedPort[]>;
  /** Makes the network if needed, then the container; the new id. `conflict` if the name is taken. */
  create(spec: ContainerSpec): Promise<string>;
  /** Starting a running one is fine. */
  start(id: string): Promise<void>;
  /** Gives the terminal of a running container a size (`terminalSize`). Not running, or gone: fine (false). */
  sizeTerminal(id: string): Promise<boolean>;
  /** Not running, or gone: fine (false). */
  signal(id: string, signal: string): Promise<boolean>;
  /**
   * Sends a signal that asks to end (SIGTERM, SIGINT, …) to the programs of a container that are meant by it, wherever they stand
   * behind shells and scripts; their PIDs in the container. With the PIDs of an `earlier` round it does so only once these have
   * ended, and to everything that still runs then; else they come back. Null if that can't be done there (no shell, not running,
   * another signal): `signal` is the way that is left. Unlike that, no `kill` event tells of it.
   */
  signalPrograms(id: string, request: ProgramSignal): Promise<number[] | null>;
  /** With its anonymous volumes; killed first if it runs. Gone already: fine. */
  remove(id: string): Promise<void>;
  /**
   * A11: changes the limits of a container, running or not, by what differs. Gives back the engine's warnings (a limit that its
   * kernel doesn't know). Throws `engine_refused` with the engine's words; it may have changed a part by then.
   */
  update(id: string, before: ServerResources, after: ServerResources): Promise<string[]>;
  /** The address by which containers of this network reach the machine: its gateway; the network is made if it is missing. Null: it has none. */
  gateway(network: ServerNetwork): Promise<string | null>;
  /** The networks of this host's servers. */
  listNetworks(hostId: string): Promise<ServerNetwork[]>;
  /** Only what that host made. Still in use, or gone: fine. */
  removeNetwork(name: string, hostId: string): Promise<void>;
  attach(id: string, options: { tty: boolean; stdin: boolean }, signal: AbortSignal): Promise<Attachment>;
  /** Batches of entries in the log's order; ends at the log's end, or with `follow` when the container ends or at the signal. */
  readLog(id: string, query: EngineLogQuery, signal: AbortSignal): AsyncIterable<LogEntry[]>;
  /** A19: whether the engine runs as an ordinary user, who is then called root in its containers. One that doesn't say isn't. */
  isRootless(): Promise<boolean>;
  /** A19: makes and starts one (see `helperOptions`); its id. It ends by itself after some minutes, and is gone when it ends. */
  startHelper(spec: HelperSpec): Promise<string>;
  /** Runs a command in a helper to its end. `not_found` or `conflict` where it is gone. */
  runHelper(id: string, command: string[]): Promise<HelperEnd>;
  imageExists(image: string): Promise<boolean>;
  /** What the image says of itself. Null if there is no such image. */
  imageFacts(image: string): Promise<ImageFacts | null>;
  /** All images on the machine, the newest first; those that only are a step towards another one are left out. */
  listImages(): Promise<LocalImage[]>;
  /** Reports at most five times a second. Rejects with the engine's words when the pull fails. */
  pull(image: string, onProgress: (progress: PullProgress) => void, signal: AbortSignal): Promise<void>;
  /**
   * By which digest the registry has the image's name now (`sha256:…`); nothing is brought. `engine_refused` with the registry's words, and
   * where the engine can't ask.
   */
  registryDigest(image: string): Promise<string>;
  /** Takes an image off the machine, unless a container uses it; whether it is gone. */
  removeImage(image: string): Promise<boolean>;
  /** One reading, no waiting (`one-shot`). Null if it doesn't run. */
  statsOnce(id: string): Promise<StatsReading | null>;
}

/** The engine's health and its events, across restarts of the engine. */
/** A place where an engine could be, and why one looks there. `problem` in words, null where an engine answers. */
export interface EnginePlace {
  endpoint: string;
  source: string;
  kind: 'docker' | 'podman' | null;
  problem: string | null;
}

export interface EngineMonitor {
  readonly state: EngineState;
  /** Begins looking for an engine; never rejects. No Docker is a state, not a failure. */
  start(): void;
  stop(): Promise<void>;
  /** Looks now instead of after the next wait. Resolves when it has looked, at once where an engine is up. Never rejects. */
  look(): Promise<void>;
  /**
   * All places where an engine is looked for, whatever the settings name, and what answers there: each is asked, side by
   * side. `problem` null: an engine. Rejects with the signal's reason alone.
   */
  places(signal: AbortSignal): Promise<EnginePlace[]>;
  /** The engine in use; throws LightdeckError `engine_unreachable` with the cause while there is none. */
  readonly engine: Engine;
  /**
   * Whether the engine takes new connections at this moment: one that is stopping doesn't, though open ones go on and bring the
   * ends of the containers that it stops. One that is only slow does. Never rejects.
   */
  isAccepting(): Promise<boolean>;
  /** Called on every change of `state`; returns its disposer. Up is told after the event feed is connected, so that a
   *  listener that then lists everything can miss nothing. */
  onState(listener: (state: EngineState) => void): () => void;
  onEvent(listener: (event: EngineEvent) => void): () => void;
}
