import { z } from 'zod';
import type { PublishedPort } from './contract.ts';

/** The parts of `GET /containers/json` that tell what running containers publish. Ports that are only exposed have no public one. */
const runningSchema = z.array(
  z.object({
    Names: z.array(z.string()).nullish(),
    Ports: z
      .array(
        z.object({
          IP: z.string().optional(),
          PublicPort: z.number().int().optional(),
          Type: z.string(),
        }),
      )
      .nullish(),
  }),
);

/** Throws a ZodError if the engine says something else. */
export function publishedPorts(answer: unknown): PublishedPort[] {
  return runningSchema.parse(answer).flatMap(({ Names, Ports }) => {
    const name = (Names?.[0] ?? '').replace(/^\//, '');
    return (Ports ?? []).flatMap(({ IP, PublicPort, Type }): PublishedPort[] => {
      if (PublicPort === undefined || (Type !== 'tcp' && Type !== 'udp')) return [];
      return [{ name, ip: IP || '0.0.0.0', port: PublicPort, protocol: Type }];
    });
  });
}

/** `HostConfig.PortBindings` of `GET /containers/ID/json`. */
export const portBindingsSchema = z.record(
  z.string(),
  z.array(z.object({ HostIp: z.string().nullish(), HostPort: z.string().nullish() })).nullish(),
);

/** What a container was made to publish, each as `0.0.0.0:25565 → 80/tcp`, sorted: for comparing. */
export function bindingWords(bindings: z.infer<typeof portBindingsSchema>): string[] {
  return Object.entries(bindings)
    .flatMap(([inside, outside]) =>
      (outside ?? []).map(({ HostIp, HostPort }) => `${HostIp || '0.0.0.0'}:${HostPort} → ${inside}`),
    )
    .sort();
}
