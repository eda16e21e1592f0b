/** TLS material for a remote engine; null parts fall back to the system's. */
export interface EngineTls {
  ca: Buffer | null;
  cert: Buffer | null;
  key: Buffer | null;
  verify: boolean;
}

/** Whose engine it is: Podman speaks Docker's API, and differs in what it doesn't say. */
export type EngineKind = 'docker' | 'podman';

/** Where an engine listens, in the form that node:http and docker-modem understand. */
export type EngineTarget =
  | { kind: 'socket'; socketPath: string }
  | { kind: 'tcp'; host: string; port: number; tls: EngineTls | null };

/** An endpoint in its written form, and its target or why there is none. */
export type ParsedEndpoint =
  | { endpoint: string; target: EngineTarget }
  | { endpoint: string; target: null; problem: string };

const sshProblem =
  'Engines over ssh:// are not supported. Forward the socket yourself (ssh -L ./docker.sock:/var/run/docker.sock HOST) and set that path.';

/**
 * Reads an endpoint as DOCKER_HOST, a context or our own setting writes it: unix://, npipe://, tcp://, http://, https://,
 * a bare path, a bare pipe, or HOST:PORT. `tls` is used for tcp:// endpoints only. Never throws.
 */
export function parseEndpoint(text: string, tls: EngineTls | null): ParsedEndpoint {
  const trimmed = text.trim();
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(trimmed)?.[1]?.toLowerCase();
  const rest = scheme ? trimmed.slice(scheme.length + 3) : trimmed;
  if (scheme === undefined) return parseBare(trimmed, tls);
  if (scheme === 'unix') return socket(rest, trimmed);
  if (scheme === 'npipe') return socket(pipePath(rest), trimmed);
  if (scheme === 'tcp' || scheme === 'http' || scheme === 'https') return tcp(trimmed, rest, scheme, tls);
  if (scheme === 'ssh') return { endpoint: withoutPassword(trimmed), target: null, problem: sshProblem };
  return {
    endpoint: trimmed,
    target: null,
    problem: `Endpoints of the kind ${scheme}:// are not supported.`,
  };
}

function parseBare(text: string, tls: EngineTls | null): ParsedEndpoint {
  const path = pipePath(text);
  if (path.startsWith('//./pipe/')) return socket(path, text);
  if (path.startsWith('/')) return socket(path, text);
  return tcp(`tcp://${text}`, text, 'tcp', tls);
}

/** Backslashes as PowerShell writes them, and npipe's four slashes, become the two that Node takes. */
function pipePath(text: string): string {
  const path = text.replaceAll('\\', '/');
  return /^\/+\.\/pipe\//i.test(path)
    ? `//./pipe/${path.slice(path.toLowerCase().indexOf('/pipe/') + 6)}`
    : text;
}

function socket(socketPath: string, text: string): ParsedEndpoint {
  if (!socketPath.startsWith('/')) {
    return { endpoint: text, target: null, problem: 'The path of the socket is missing or not absolute.' };
  }
  const prefix = socketPath.startsWith('//./pipe/') ? 'npipe://' : 'unix://';
  return { endpoint: `${prefix}${socketPath}`, target: { kind: 'socket', socketPath } };
}

function tcp(endpoint: string, rest: string, scheme: string, tls: EngineTls | null): ParsedEndpoint {
  const secure = scheme === 'https' ? (tls ?? systemTls) : scheme === 'tcp' ? tls : null;
  const url = URL.canParse(`http://${rest}`) ? new URL(`http://${rest}`) : null;
  if (url === null || url.hostname === '' || url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    return {
      endpoint: withoutPassword(endpoint),
      target: null,
      problem: 'It should look like tcp://HOST:PORT.',
    };
  }
  // URL drops port 80 as http's own; everything else is kept.
  const port = url.port !== '' ? Number(url.port) : /:80\/?$/.test(rest) ? 80 : secure ? 2376 : 2375;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return { endpoint: `tcp://${url.hostname}:${port}`, target: { kind: 'tcp', host, port, tls: secure } };
}

function withoutPassword(endpoint: string): string {
  return endpoint.replace(/\/\/([^:@/]*):[^@/]*@/, '//$1@');
}

const systemTls: EngineTls = { ca: null, cert: null, key: null, verify: true };
