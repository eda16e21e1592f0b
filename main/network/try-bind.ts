import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { systemCode } from '../lib/system-error.ts';
import type { PortKey } from './contract.ts';
import { isIpv6 } from './host-ip.ts';

/**
 * Whether somebody has bound the port, found out by binding it for a moment. What can't be bound for another reason (no
 * such address here, not allowed below 1024) is not held. On Windows "not allowed" means that another one holds it for itself alone.
 */
export async function isBound(key: PortKey, platform: NodeJS.Platform): Promise<boolean> {
  const code = await (key.protocol === 'tcp' ? bindTcp(key) : bindUdp(key));
  return code === 'EADDRINUSE' || (code === 'EACCES' && platform === 'win32');
}

/** The error's code; null when it worked. */
function bindTcp({ ip, port }: PortKey): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error) => resolve(systemCode(error)));
    server.listen({ host: ip, port, exclusive: true, ipv6Only: isIpv6(ip) }, () =>
      server.close(() => resolve(null)),
    );
  });
}

function bindUdp({ ip, port }: PortKey): Promise<string | null> {
  return new Promise((resolve) => {
    const v6 = isIpv6(ip);
    const socket = createSocket({ type: v6 ? 'udp6' : 'udp4', ipv6Only: v6 });
    socket.once('error', (error) => {
      socket.close();
      resolve(systemCode(error));
    });
    socket.bind({ address: ip, port, exclusive: true }, () => socket.close(() => resolve(null)));
  });
}
