import { z } from 'zod';
import type { NetProtocol, PortBinding } from '../../shared/model/server.ts';
import { containerInfo, inspectSchema } from './container-facts.ts';
import { labels } from './container-options.ts';
import type { Stranger } from './contract.ts';
import { portBindingsSchema } from './published-ports.ts';

/** The parts of `GET /containers/ID/json` that tell how somebody else has made a container. */
const strangerSchema = z.object({
  Config: z.object({
    Image: z.string(),
    OpenStdin: z.boolean().optional(),
    StdinOnce: z.boolean().optional(),
    StopSignal: z.string().optional(),
    StopTimeout: z.number().nullish(),
  }),
  HostConfig: z.object({
    AutoRemove: z.boolean().optional(),
    Memory: z.number().optional(),
    NanoCpus: z.number().optional(),
    RestartPolicy: z.object({ Name: z.string() }).nullish(),
  }),
  NetworkSettings: z.object({ Ports: portBindingsSchema.nullish() }).nullish(),
});

/** What the engine says of a container that no Lightdeck made; null for one that one did. Throws a ZodError on an answer of another shape. */
export function stranger(inspected: unknown): Stranger | null {
  const label = inspectSchema.parse(inspected).Config.Labels ?? {};
  if (label[labels.host] !== undefined || label[labels.id] !== undefined) return null;
  const { id, name, running, tty, startedAt } = containerInfo(inspected);
  const { Config, HostConfig, NetworkSettings } = strangerSchema.parse(inspected);
  const restarts = HostConfig.RestartPolicy?.Name ?? '';
  const signal = Config.StopSignal ?? '';
  return {
    ...{ id, name, running, tty, startedAt },
    image: Config.Image,
    // Once: the program's input would end with our first attachment.
    takesInput: Config.OpenStdin === true && Config.StdinOnce !== true,
    endsInput: Config.OpenStdin === true && Config.StdinOnce === true,
    ports: bindings(NetworkSettings?.Ports ?? {}),
    memory: HostConfig.Memory || null,
    cpu: HostConfig.NanoCpus ? HostConfig.NanoCpus / 1e9 : null,
    stop: {
      signal: /^SIG[A-Z0-9]{2,10}$/.test(signal) ? signal : 'SIGTERM',
      timeout: Math.min(3600, Math.max(1, Config.StopTimeout ?? 10)),
    },
    restartPolicy: restarts === '' || restarts === 'no' ? null : restarts,
    removesItself: HostConfig.AutoRemove === true,
  };
}

/** Of both families of addresses, one. */
function bindings(ports: z.infer<typeof portBindingsSchema>): PortBinding[] {
  const found = new Map<string, PortBinding>();
  for (const [inside, outside] of Object.entries(ports)) {
    const [number, protocol] = inside.split('/');
    for (const { HostIp, HostPort } of outside ?? []) {
      const [container_port, host_port] = [Number(number), Number(HostPort)];
      if (!isProtocol(protocol) || !isPort(container_port) || !isPort(host_port)) continue;
      const ip = HostIp === '::' || !HostIp ? '0.0.0.0' : HostIp;
      found.set(`${ip} ${host_port} ${inside}`, { ip, host_port, container_port, protocol });
    }
  }
  return [...found.values()];
}

const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port < 65_536;
const isProtocol = (text: string | undefined): text is NetProtocol => text === 'tcp' || text === 'udp';
