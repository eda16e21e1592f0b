import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';

// Only as much as it takes to decide whether an engine must be set up. The host itself looks more closely.

const pingTimeoutMs = 2_000;

/** What a Docker endpoint in URL form means to Node's http, or null for what we can't ask (ssh). */
function toTarget(endpoint) {
  if (endpoint.startsWith('unix://')) return { socketPath: endpoint.slice('unix://'.length) };
  if (endpoint.startsWith('npipe://'))
    return { socketPath: endpoint.slice('npipe://'.length).replace(/^\/{4}/, '//') };
  try {
    const { protocol, hostname, port } = new URL(endpoint);
    if (protocol === 'tcp:' || protocol === 'http:') return { host: hostname, port: port || 2375 };
  } catch {
    // Not an address at all.
  }
  return null;
}

/** Null if an engine answers there, else why not: a code like ENOENT, or words. */
export function ping(endpoint) {
  const target = toTarget(endpoint);
  if (!target) return Promise.resolve('not checked');
  return new Promise((resolve) => {
    const call = request({ ...target, path: '/_ping', timeout: pingTimeoutMs }, (response) => {
      response.resume();
      resolve(response.statusCode === 200 ? null : `answered ${response.statusCode}`);
    });
    call.on('timeout', () => call.destroy(new Error('no answer')));
    call.on('error', (error) => resolve(error.code ?? error.message));
    call.end();
  });
}

/** The endpoint of the Docker context in use, or null for the default one. */
function contextEndpoint() {
  const folder = process.env.DOCKER_CONFIG ?? join(homedir(), '.docker');
  try {
    const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
    const name = process.env.DOCKER_CONTEXT || config.currentContext;
    if (!name || name === 'default') return null;
    const id = createHash('sha256').update(name).digest('hex');
    const meta = JSON.parse(readFileSync(join(folder, 'contexts/meta', id, 'meta.json'), 'utf8'));
    return meta.Endpoints?.docker?.Host || null;
  } catch {
    return null;
  }
}

function defaultEndpoints() {
  const home = homedir();
  const runtime = process.env.XDG_RUNTIME_DIR;
  const unix = (path) => `unix://${path}`;
  if (process.platform === 'win32') {
    return ['docker_engine', 'dockerDesktopLinuxEngine', 'podman-machine-default'].map(
      (name) => `npipe:////./pipe/${name}`,
    );
  }
  if (process.platform === 'darwin') {
    const inHome = [
      '.docker/run/docker.sock',
      '.colima/default/docker.sock',
      '.orbstack/run/docker.sock',
      '.rd/docker.sock',
    ];
    return [...inHome.map((path) => unix(join(home, path))), unix('/var/run/docker.sock')];
  }
  const own = runtime ? [unix(join(runtime, 'docker.sock')), unix(join(runtime, 'podman/podman.sock'))] : [];
  return [
    unix('/var/run/docker.sock'),
    ...own,
    unix(join(home, '.docker/desktop/docker.sock')),
    unix('/run/podman/podman.sock'),
  ];
}

/**
 * Looks for a Docker engine. `endpoint` is the first that answers (or can't be asked), else null; `chosen` is the one
 * that DOCKER_HOST or a context names, in which case no other was tried; `problems` maps the tried ones to what was wrong.
 */
export async function findEngine() {
  const chosen = process.env.DOCKER_HOST || contextEndpoint();
  const problems = {};
  for (const endpoint of chosen ? [chosen] : defaultEndpoints()) {
    const problem = await ping(endpoint);
    if (problem === null || problem === 'not checked') return { endpoint, chosen, problems };
    problems[endpoint] = problem;
  }
  return { endpoint: null, chosen, problems };
}
