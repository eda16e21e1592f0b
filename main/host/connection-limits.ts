import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { addressGroup, isLoopback } from '../lib/address.ts';

/** B17: connections that speak HTTP: in all, and of one address (of IPv6: of a /64). Sockets that were upgraded are counted elsewhere. */
const maxConnections = 1024;
const maxPerAddress = 128;

/** Keeps one peer from holding ten thousand connections on which it says nothing. */
export class ConnectionLimits {
  /** With where each comes from. */
  private readonly connections = new Map<Duplex, string>();
  private readonly perAddress = new Map<string, number>();

  /** Connections that count now. */
  get size(): number {
    return this.connections.size;
  }

  /** Takes a connection, until it closes or `forget`; false: it is one too many. This machine's own are limited in all alone. */
  take(socket: Socket, address = socket.remoteAddress): boolean {
    const group = addressGroup(address);
    const count = this.perAddress.get(group) ?? 0;
    if (this.connections.size >= maxConnections || (!isLoopback(address) && count >= maxPerAddress))
      return false;
    this.connections.set(socket, group);
    this.perAddress.set(group, count + 1);
    socket.once('close', () => this.forget(socket));
    return true;
  }

  /** It speaks something else from now on. */
  forget(socket: Duplex): void {
    const group = this.connections.get(socket);
    if (group === undefined) return;
    this.connections.delete(socket);
    const left = (this.perAddress.get(group) ?? 0) - 1;
    if (left > 0) this.perAddress.set(group, left);
    else this.perAddress.delete(group);
  }
}
