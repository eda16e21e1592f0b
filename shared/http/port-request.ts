import { z } from 'zod';
import { portNumberSchema, protocolSchema } from '../model/server.ts';
import { ipSchema } from './ports.ts';

/**
 * A5: a wanted port, in either published form: `{container_port, host_port, protocol?, ip?}` or `{ip, port, protocol?}`
 * (the same number inside and out). Comes out with both numbers; `ip` null when any of the pool will do.
 */
export const portRequestSchema = z
  .strictObject({
    ip: ipSchema.optional(),
    port: portNumberSchema.optional(),
    host_port: portNumberSchema.optional(),
    container_port: portNumberSchema.optional(),
    protocol: protocolSchema.default('tcp'),
  })
  .transform((value, context) => {
    const { ip, port, host_port, container_port, protocol } = value;
    const wrong = (field: string, message: string) => {
      context.addIssue({ code: 'custom', path: [field], message });
      return z.NEVER;
    };
    if (port !== undefined) {
      if (host_port !== undefined || container_port !== undefined) {
        return wrong('port', 'must not stand beside host_port or container_port');
      }
      if (ip === undefined) return wrong('ip', 'is required beside port');
      return { ip, host_port: port, container_port: port, protocol };
    }
    if (host_port === undefined) return wrong('host_port', 'is required (or ip and port)');
    if (container_port === undefined) return wrong('container_port', 'is required beside host_port');
    return { ip: ip ?? null, host_port, container_port, protocol };
  });
export type PortRequestInput = z.input<typeof portRequestSchema>;
