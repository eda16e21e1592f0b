import { createHash } from 'node:crypto';
import { posix, win32 } from 'node:path';
import { z } from 'zod';
import type { EngineTls } from './engine-target.ts';

/** The machine as discovery sees it, injected whole so that every platform can be tested on any. */
export interface DiscoveryEnvironment {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  homedir: string;
  /** Rejects if the file can't be read. */
  readFile(path: string): Promise<Buffer>;
  /** Names in a folder; rejects if there is none. */
  listDir(path: string): Promise<string[]>;
  /** The user's own setting of the endpoint (a path or a URL); null where none was made. */
  socketPath: string | null;
}

/** Joins with the platform's own separator, whatever machine this runs on. */
export function joinPath(environment: DiscoveryEnvironment, ...parts: string[]): string {
  return environment.platform === 'win32' ? win32.join(...parts) : posix.join(...parts);
}

/** The folder with Docker's client configuration: DOCKER_CONFIG moves it. */
export function dockerFolder(environment: DiscoveryEnvironment): string {
  return environment.env.DOCKER_CONFIG || joinPath(environment, environment.homedir, '.docker');
}

const configSchema = z.object({ currentContext: z.string().optional() });

/** Name of the context that `docker context use` chose; null for none, the default one, or an unreadable file. */
export async function currentContext(environment: DiscoveryEnvironment): Promise<string | null> {
  const file = joinPath(environment, dockerFolder(environment), 'config.json');
  const config = configSchema.safeParse(await readJson(environment, file));
  const name = config.success ? config.data.currentContext : undefined;
  return name === undefined || name === '' || name === 'default' ? null : name;
}

const metaSchema = z.object({
  Name: z.string(),
  Endpoints: z.object({
    docker: z.object({ Host: z.string().min(1), SkipTLSVerify: z.boolean().optional() }),
  }),
});

export type ResolvedContext = { host: string; tls: EngineTls | null } | { problem: string };

/**
 * Looks a context up in `contexts/meta/<sha256 of its name>/meta.json`. The name inside must be the one that was asked
 * for, or the folder belongs to another. TLS files lie beside it, under `contexts/tls`.
 */
export async function resolveContext(
  environment: DiscoveryEnvironment,
  name: string,
): Promise<ResolvedContext> {
  const hash = createHash('sha256').update(name).digest('hex');
  const contexts = joinPath(environment, dockerFolder(environment), 'contexts');
  const file = joinPath(environment, contexts, 'meta', hash, 'meta.json');
  const json = await readJson(environment, file);
  if (json === null) return { problem: `There is no Docker context "${name}" (${file} can't be read).` };
  const meta = metaSchema.safeParse(json);
  if (!meta.success) return { problem: `The Docker context "${name}" names no endpoint (${file}).` };
  if (meta.data.Name !== name) {
    return { problem: `${file} describes the context "${meta.data.Name}", not "${name}".` };
  }
  const docker = meta.data.Endpoints.docker;
  const tls = await readTls(environment, joinPath(environment, contexts, 'tls', hash, 'docker'), {
    verify: docker.SkipTLSVerify !== true,
  });
  return { host: docker.Host, tls };
}

/** ca.pem, cert.pem and key.pem of a folder, each where it can be read; null if none can. */
export async function readTls(
  environment: DiscoveryEnvironment,
  folder: string,
  options: { verify: boolean },
): Promise<EngineTls | null> {
  const read = (name: string) => environment.readFile(joinPath(environment, folder, name)).catch(() => null);
  const [ca, cert, key] = await Promise.all([read('ca.pem'), read('cert.pem'), read('key.pem')]);
  if (ca === null && cert === null && key === null) return null;
  return { ca, cert, key, verify: options.verify };
}

async function readJson(environment: DiscoveryEnvironment, file: string): Promise<unknown> {
  try {
    const parsed: unknown = JSON.parse((await environment.readFile(file)).toString('utf8'));
    return parsed;
  } catch {
    return null;
  }
}
