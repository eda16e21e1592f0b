import { z } from 'zod';

const infoSchema = z.object({ SecurityOptions: z.array(z.string()).nullish() });

/** Whether the engine that says this of itself (`GET /info`) runs as an ordinary user. Docker and Podman use the same word. */
export function isRootless(info: unknown): boolean {
  const { SecurityOptions } = infoSchema.parse(info);
  return (SecurityOptions ?? []).some((option) => /(^|,)name=rootless(,|$)/.test(option));
}
