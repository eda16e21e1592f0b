import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** Of multicast DNS (RFC 6762). */
const group = '224.0.0.251';
const port = 5353;

/**
 * Tries what a responder of multicast DNS needs on the network of this IPv4 address of ours: its port, beside others who have it,
 * and the membership in its group. Nothing is sent. Rejects with the system's error (EADDRINUSE: another program keeps the port
 * for itself; ENODEV: no such address, or its network takes no multicast).
 */
export async function checkMulticast(address: string): Promise<void> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  try {
    socket.bind(port);
    await once(socket, 'listening');
    socket.addMembership(group, address);
    socket.setMulticastInterface(address);
  } finally {
    socket.close();
  }
}
