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
  private readonly isProxy: (address: string | undefined) => boolean;

  /** `isProxy`: who stands for many clients, and so is limited in all alone, as this machine's own are. */
  constructor(isProxy: (address: string | undefined) => boolean = () => false) {
    this.isProxy = isProxy;
  }

  /** Connections that count now. */
  get size(): number {
    return this.connections.size;
  }

  /** Takes a connection, until it closes or `forget`; false: it is one too many. */
  take(socket: Socket, address = socket.remoteAddress): boolean {
    const group = addressGroup(address);
    const count = this.perAddress.get(group) ?? 0;
    const standsForMany = isLoopback(address) || this.isProxy(address);
    if (this.connections.size >= maxConnections || (!standsForMany && count >= maxPerAddress)) return false;
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
