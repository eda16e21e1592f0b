import { z } from 'zod';
import type { ImageFacts } from './contract.ts';

/** The parts of `GET /images/NAME/json` that we use. Engines leave out what is empty. */
const imageSchema = z.object({
  Id: z.string(),
  Size: z.number().nullish(),
  RepoDigests: z.array(z.string()).nullish(),
  Config: z
    .object({
      User: z.string().nullish(),
      Env: z.array(z.string()).nullish(),
      Volumes: z.record(z.string(), z.unknown()).nullish(),
      ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
      WorkingDir: z.string().nullish(),
      StopSignal: z.string().nullish(),
      Healthcheck: z.object({ Test: z.array(z.string()).nullish() }).nullish(),
    })
    .nullish(),
});

/** What the engine says about the image of that name, in our words. Throws a ZodError if it says something else. */
export function imageFacts(inspected: unknown, image: string): ImageFacts {
  const { Config, Id, RepoDigests, Size } = imageSchema.parse(inspected);
  const pairs = (Config?.Env ?? []).map((line): [string, string] => {
    const at = line.indexOf('=');
    return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
  });
  return {
    // Podman leaves the kind of hash out.
    id: Id.includes(':') ? Id : `sha256:${Id}`,
    digest: digestOf(RepoDigests ?? [], image),
    digests: RepoDigests ?? [],
    size: Size ?? 0,
    user: Config?.User ?? '',
    environment: Object.fromEntries(pairs),
    volumes: Object.keys(Config?.Volumes ?? {}).sort(),
    ports: Object.keys(Config?.ExposedPorts ?? {})
      .flatMap(exposed)
      .sort((a, b) => a.port - b.port || (a.protocol < b.protocol ? -1 : 1)),
    workingDir: Config?.WorkingDir ?? '',
    stopSignal: signalName(Config?.StopSignal ?? ''),
    hasHealthCheck: !['NONE', undefined].includes(Config?.Healthcheck?.Test?.[0]),
  };
}

/** An image that several registries have is told by the one it was asked from. */
function digestOf(digests: readonly string[], image: string): string | null {
  const name = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  return digests.find((digest) => digest.startsWith(`${name}@`)) ?? digests[0] ?? null;
}

/** `8080/tcp`; what is no port of ours (`sctp`) is left out. */
function exposed(text: string): ImageFacts['ports'] {
  const [, number, protocol = 'tcp'] = /^(\d{1,5})(?:\/(tcp|udp))?$/.exec(text) ?? [];
  const port = Number(number);
  if (!(port >= 1 && port <= 65_535)) return [];
  return [{ port, protocol: protocol === 'udp' ? 'udp' : 'tcp' }];
}

/** Engines keep what was written: `SIGQUIT`, `QUIT` or `3`. Numbers are not told apart here. */
function signalName(text: string): string | null {
  const name = text.toUpperCase().replace(/^SIG/, '');
  return /^[A-Z][A-Z0-9]{1,9}$/.test(name) ? `SIG${name}` : null;
}
