import { z } from 'zod';
import type { ImageFacts, LocalImage } from './contract.ts';
import { plainName } from './engine-names.ts';

/** The parts of `GET /images/NAME/json` that we use. Engines leave out what is empty. */
const imageSchema = z.object({
  Id: z.string(),
  Size: z.number().nullish(),
  Created: z.string().nullish(),
  RepoDigests: z.array(z.string()).nullish(),
  Config: z
    .object({
      User: z.string().nullish(),
      Env: z.array(z.string()).nullish(),
      Volumes: z.record(z.string(), z.unknown()).nullish(),
      ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
      WorkingDir: z.string().nullish(),
      StopSignal: z.string().nullish(),
      Entrypoint: z.array(z.string()).nullish(),
      Cmd: z.array(z.string()).nullish(),
      Healthcheck: z.object({ Test: z.array(z.string()).nullish() }).nullish(),
    })
    .nullish(),
});

/** What the engine says about the image of that name, in our words. Throws a ZodError if it says something else. */
export function imageFacts(inspected: unknown, image: string): ImageFacts {
  const { Config, Created, Id, RepoDigests, Size } = imageSchema.parse(inspected);
  const pairs = (Config?.Env ?? []).map((line): [string, string] => {
    const at = line.indexOf('=');
    return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
  });
  return {
    id: withKind(Id),
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
    healthCheck: healthCheck(Config?.Healthcheck?.Test ?? []),
    entrypoint: Config?.Entrypoint ?? [],
    command: Config?.Cmd ?? [],
    createdAt: timeOf(Date.parse(Created ?? '')),
  };
}

/** The parts of `GET /images/json` that we use. `Created` in Unix seconds. */
const listSchema = z.array(
  z.object({
    Id: z.string(),
    RepoTags: z.array(z.string()).nullish(),
    RepoDigests: z.array(z.string()).nullish(),
    Created: z.number().nullish(),
    Size: z.number().nullish(),
  }),
);

/** What the engine says of all images, in our words, the newest first. Throws a ZodError if it says something else. */
export function localImages(listed: unknown): LocalImage[] {
  return listSchema
    .parse(listed)
    .map(({ Id, RepoTags, RepoDigests, Created, Size }) => ({
      id: withKind(Id),
      names: (RepoTags ?? []).filter(isNamed).map(plainName).sort(),
      digests: (RepoDigests ?? []).filter(isNamed),
      createdAt: timeOf((Created ?? 0) * 1000),
      size: Size ?? 0,
    }))
    .sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0));
}

/** Podman leaves the kind of hash out. */
const withKind = (id: string): string => (id.includes(':') ? id : `sha256:${id}`);

/** Older engines write `<none>:<none>` for what has no name. */
const isNamed = (name: string): boolean => !name.includes('<none>');

/** Images that can be made again byte by byte say that they are from 1970, or from the year 1. */
const timeOf = (ms: number): number | null => (ms > 0 ? ms : null);

/** The test as it is written in an image's recipe; null where there is none, or it is taken back (`NONE`). */
function healthCheck([kind = 'NONE', ...words]: string[]): string | null {
  if (kind === 'NONE' || words.length === 0) return null;
  return kind === 'CMD-SHELL' ? words.join(' ') : words.map(quoted).join(' ');
}

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

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
