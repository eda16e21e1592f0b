import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import {
  currentContext,
  type DiscoveryEnvironment,
  dockerFolder,
  joinPath,
  readTls,
  resolveContext,
} from './docker-context.ts';
import { type EngineTls, type ParsedEndpoint, parseEndpoint } from './engine-target.ts';

export type { DiscoveryEnvironment } from './docker-context.ts';

/** A place to look for an engine. `source` says in words for people why we look there. */
export type EndpointCandidate = ParsedEndpoint & {
  source: string;
  /** The user named this one: it is never silently replaced by another engine. */
  explicit: boolean;
  /** It was in use before it went away, and is waited for; after so many ms others are looked at, too. */
  inUse?: { othersAfterMs: number };
};

/** The real machine; `env` and the setting come from the configuration, which alone reads them. */
export function machineEnvironment(options: {
  socketPath: string | null;
  env: Readonly<Record<string, string | undefined>>;
}): DiscoveryEnvironment {
  return {
    ...options,
    platform: process.platform,
    homedir: homedir(),
    readFile: (path) => readFile(path),
    listDir: (path) => readdir(path),
  };
}

/**
 * Where to look for an engine, in the Docker client's order: our own setting, DOCKER_HOST, DOCKER_CONTEXT, the current
 * context, then the platform's usual places. One of the first three stands alone: an engine that the user named is
 * used or reported, not replaced. Never throws; what can't be used carries its `problem`.
 */
export async function discoverEndpoints(environment: DiscoveryEnvironment): Promise<EndpointCandidate[]> {
  const { env, socketPath } = environment;
  if (socketPath)
    return [
      named(parseEndpoint(socketPath, await environmentTls(environment)), 'the setting docker.socket_path'),
    ];
  if (env.DOCKER_HOST) {
    return [
      named(
        parseEndpoint(env.DOCKER_HOST, await environmentTls(environment)),
        'the environment variable DOCKER_HOST',
      ),
    ];
  }
  if (env.DOCKER_CONTEXT && env.DOCKER_CONTEXT !== 'default') {
    const source = `the Docker context "${env.DOCKER_CONTEXT}" (environment variable DOCKER_CONTEXT)`;
    return [named(await contextEndpoint(environment, env.DOCKER_CONTEXT), source)];
  }
  const candidates: EndpointCandidate[] = [];
  const current = env.DOCKER_CONTEXT === 'default' ? null : await currentContext(environment);
  if (current !== null) {
    const endpoint = await contextEndpoint(environment, current);
    candidates.push({ ...endpoint, source: `the current Docker context "${current}"`, explicit: false });
  }
  for (const usual of await usualPlaces(environment)) {
    candidates.push({ ...parseEndpoint(usual.path, null), source: usual.source, explicit: false });
  }
  return candidates.filter(
    (one, index) => candidates.findIndex((other) => other.endpoint === one.endpoint) === index,
  );
}

function named(endpoint: ParsedEndpoint, source: string): EndpointCandidate {
  return { ...endpoint, source, explicit: true };
}

/** DOCKER_TLS_VERIFY (anything but empty) asks for TLS; its files are under DOCKER_CERT_PATH or the client's folder. */
async function environmentTls(environment: DiscoveryEnvironment): Promise<EngineTls | null> {
  if (!environment.env.DOCKER_TLS_VERIFY) return null;
  const folder = environment.env.DOCKER_CERT_PATH || dockerFolder(environment);
  return (
    (await readTls(environment, folder, { verify: true })) ?? {
      ca: null,
      cert: null,
      key: null,
      verify: true,
    }
  );
}

async function contextEndpoint(environment: DiscoveryEnvironment, name: string): Promise<ParsedEndpoint> {
  const context = await resolveContext(environment, name);
  if ('problem' in context) return { endpoint: `context ${name}`, target: null, problem: context.problem };
  return parseEndpoint(context.host, context.tls);
}

interface UsualPlace {
  path: string;
  source: string;
}

function usualPlaces(environment: DiscoveryEnvironment): Promise<UsualPlace[]> {
  if (environment.platform === 'win32') return Promise.resolve(windowsPlaces);
  if (environment.platform === 'darwin') return macPlaces(environment);
  return Promise.resolve(linuxPlaces(environment));
}

const windowsPlaces: UsualPlace[] = [
  { path: '//./pipe/docker_engine', source: 'the usual pipe of Docker' },
  { path: '//./pipe/dockerDesktopLinuxEngine', source: 'the pipe of Docker Desktop' },
  { path: '//./pipe/podman-machine-default', source: 'the pipe of the Podman machine' },
];

function linuxPlaces(environment: DiscoveryEnvironment): UsualPlace[] {
  const runtime = environment.env.XDG_RUNTIME_DIR;
  const places: UsualPlace[] = [{ path: '/var/run/docker.sock', source: 'the usual socket of Docker' }];
  if (runtime)
    places.push({ path: joinPath(environment, runtime, 'docker.sock'), source: "rootless Docker's socket" });
  places.push({
    path: inHome(environment, '.docker/desktop/docker.sock'),
    source: "Docker Desktop's socket",
  });
  if (runtime) {
    places.push({
      path: joinPath(environment, runtime, 'podman/podman.sock'),
      source: "the user's Podman socket",
    });
  }
  places.push({ path: '/run/podman/podman.sock', source: "the system's Podman socket" });
  return places;
}

async function macPlaces(environment: DiscoveryEnvironment): Promise<UsualPlace[]> {
  const colima = await instances(environment, '.colima');
  const lima = await instances(environment, '.lima');
  const places: UsualPlace[] = [
    { path: inHome(environment, '.docker/run/docker.sock'), source: "Docker Desktop's socket" },
    { path: '/var/run/docker.sock', source: 'the usual socket of Docker' },
  ];
  for (const profile of colima) {
    places.push({
      path: inHome(environment, `.colima/${profile}/docker.sock`),
      source: `Colima's profile "${profile}"`,
    });
  }
  places.push({ path: inHome(environment, '.orbstack/run/docker.sock'), source: "OrbStack's socket" });
  places.push({ path: inHome(environment, '.rd/docker.sock'), source: "Rancher Desktop's socket" });
  for (const instance of lima) {
    places.push({
      path: inHome(environment, `.lima/${instance}/sock/docker.sock`),
      source: `Lima's instance "${instance}"`,
    });
  }
  // Podman 5 puts it into the temporary folder, earlier ones into the home folder.
  const temporary = environment.env.TMPDIR;
  if (temporary) {
    const path = joinPath(environment, temporary, 'podman/podman-machine-default-api.sock');
    places.push({ path, source: 'the Podman machine' });
  }
  const path = inHome(environment, '.local/share/containers/podman/machine/podman.sock');
  places.push({ path, source: 'the Podman machine' });
  return places;
}

function inHome(environment: DiscoveryEnvironment, path: string): string {
  return joinPath(environment, environment.homedir, path);
}

/** Most instances of one kind that are looked at. */
const maxInstances = 16;

/** Names of a virtual machine tool's instances, "default" first and always; hidden and underscored folders are its own. */
async function instances(environment: DiscoveryEnvironment, folder: string): Promise<string[]> {
  const found = await environment.listDir(inHome(environment, folder)).catch(() => []);
  const others = found.filter((name) => name !== 'default' && !/^[._]/.test(name)).sort();
  return ['default', ...others].slice(0, maxInstances);
}
