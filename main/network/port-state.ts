import type { StoredPort } from '../store/contract.ts';
import { type Holders, type PortState, portWords } from './contract.ts';
import { blockerOf } from './resolve-ports.ts';

/** By port number, for pools of many. */
export function groupByNumber<P extends StoredPort>(pool: readonly P[]): Map<number, P[]> {
  const byNumber = new Map<number, P[]>();
  for (const port of pool) {
    const near = byNumber.get(port.port);
    if (near) near.push(port);
    else byNumber.set(port.port, [port]);
  }
  return byNumber;
}

/** The pool's entries with their truth. `held`: who has what none of our servers has. */
export function states(pool: readonly StoredPort[], held: Holders): PortState[] {
  const byNumber = groupByNumber(pool);
  return pool.map((port) => stateOf(port, byNumber.get(port.port) ?? [], held));
}

/** One entry with its truth. `near`: at least all entries with its number. */
export function stateOf(port: StoredPort, near: readonly StoredPort[], held: Holders): PortState {
  const heldBy = port.used_by === null ? holderOf(port, near, held) : null;
  return { ...port, inUse: port.used_by !== null || port.reserved || heldBy !== null, heldBy };
}

function holderOf(port: StoredPort, near: readonly StoredPort[], held: Holders): string | null {
  const blocker = blockerOf(port, near);
  if (blocker?.used_by) return `the server ${blocker.used_by}, as ${portWords(blocker)}`;
  if (blocker) return `the reservation of ${portWords(blocker)}`;
  return held.get(portWords(port)) ?? null;
}
