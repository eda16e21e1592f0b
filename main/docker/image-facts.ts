import { z } from 'zod';
import type { ImageFacts } from './contract.ts';

/** The parts of `GET /images/NAME/json` that we use. Engines leave out what is empty. */
const imageSchema = z.object({
  Config: z
    .object({
      User: z.string().nullish(),
      Env: z.array(z.string()).nullish(),
      Volumes: z.record(z.string(), z.unknown()).nullish(),
    })
    .nullish(),
});

/** What the engine says about an image, in our words. Throws a ZodError if it says something else. */
export function imageFacts(inspected: unknown): ImageFacts {
  const { Config } = imageSchema.parse(inspected);
  const pairs = (Config?.Env ?? []).map((line): [string, string] => {
    const at = line.indexOf('=');
    return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
  });
  return {
    user: Config?.User ?? '',
    environment: Object.fromEntries(pairs),
    volumes: Object.keys(Config?.Volumes ?? {}).sort(),
  };
}
