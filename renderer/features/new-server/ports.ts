import type { PortView } from '../../../shared/http/ports.ts';
import { holderOf } from '../../ui/port-holder.ts';
import { type DraftPort, protocolsOf } from './draft.ts';
import { strings } from './strings.ts';

/** The address that new ports are bound to: all of the machine's. */
const everyAddress = '0.0.0.0';

export interface PoolInfo {
  /** Null: unknown, since the token may not see the pool. */
  pool: readonly PortView[] | null;
  nameOf: (serverId: string) => string;
}

const isFor =
  (port: Pick<DraftPort, 'host' | 'protocol'>) =>
  (entry: PortView): boolean =>
    entry.port === port.host && protocolsOf(port).includes(entry.protocol);

/** Why a host port can't be had, in words; null if it can, or if only the host can tell. */
export function portProblem(port: DraftPort, { pool, nameOf }: PoolInfo): string | null {
  const taken = pool?.find((entry) => isFor(port)(entry) && entry.in_use);
  return taken ? strings.portTaken(taken.port, holderOf(taken, nameOf), null) : null;
}

/** The numbers that are asked for where they are free, else the next free ones above; ports of the same number stay together. */
export function proposePorts(ports: readonly DraftPort[], info: PoolInfo): DraftPort[] {
  const chosen = new Map<string, number>();
  for (const port of ports) {
    const name = groupOf(port);
    if (chosen.has(name) || port.host === null) continue;
    const group = ports.filter((one) => groupOf(one) === name);
    let { host } = port;
    const isFree = (candidate: number): boolean =>
      ![...chosen.values()].includes(candidate) &&
      group.every((one) => portProblem({ ...one, host: candidate }, info) === null);
    while (host < 65_535 && !isFree(host)) host += 1;
    chosen.set(name, host);
  }
  return ports.map((port) => ({ ...port, host: chosen.get(groupOf(port)) ?? port.host }));
}

/** A port that is told by a variable has a number of its own. */
const groupOf = ({ container, host, variable, isSame }: DraftPort): string =>
  isSame ? `variable ${variable ?? ''}` : `${container} ${host}`;

/** The address that a port is to be had on: the pool's, if it has the number on some address, else all. */
export const poolAddress = (port: Pick<DraftPort, 'host' | 'protocol'>, { pool }: PoolInfo): string =>
  pool?.find(isFor(port))?.ip ?? everyAddress;

const first = 25_565;

/** One more port, of the first number from a usual one on that neither the others nor anybody else has. */
export function proposeAnother(others: readonly DraftPort[], info: PoolInfo): DraftPort {
  const port = (number: number): DraftPort => ({
    name: '',
    container: number,
    host: number,
    protocol: 'tcp',
  });
  const isFree = (number: number): boolean =>
    !others.some(({ host }) => host === number) && portProblem(port(number), info) === null;
  let number = first;
  while (number < 65_535 && !isFree(number)) number += 1;
  return port(number);
}
