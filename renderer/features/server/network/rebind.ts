import { rebindNetwork } from '../../../../shared/http/container-network.ts';
import type { NetProtocol, PortBinding } from '../../../../shared/model/server.ts';
import { api } from '../../../link/api.ts';
import { AddedPorts } from '../../../state/added-ports.ts';
import type { KeyedRow } from '../../../ui/rows.ts';
import { checkNow } from './port-check.ts';
import { strings } from './strings.ts';

/** A port as the form has it: numbers that are not typed yet are null. */
export interface Row extends KeyedRow {
  ip: string;
  host: number | null;
  container: number | null;
  protocol: NetProtocol;
}

export const rowsOf = (ports: readonly PortBinding[]): Row[] =>
  ports.map((port, key) => ({
    key,
    ip: port.ip,
    host: port.host_port,
    container: port.container_port,
    protocol: port.protocol,
  }));

export const isPort = (value: number | null): value is number =>
  value !== null && value >= 1 && value <= 65_535;

const everywhere = new Set(['0.0.0.0', '::']);
const meet = (a: string, b: string): boolean =>
  a === b || (a.includes(':') === b.includes(':') && (everywhere.has(a) || everywhere.has(b)));

/** What is wrong with a row by itself, or beside those above it, in words; null if nothing is. */
export function rowProblem(row: Row, rows: readonly Row[]): string | null {
  if (!isPort(row.host)) return strings.needsPort;
  const isSame = (one: Row): boolean =>
    one.host === row.host && one.protocol === row.protocol && meet(one.ip, row.ip);
  return rows.slice(0, rows.indexOf(row)).some(isSame) ? strings.twice : null;
}

/** A port turned out to be taken; its row says by whom. */
export class PortTaken extends Error {}

/**
 * Gives the server these ports; they are checked already by `rowProblem`. Those that the pool lacks are added first, since who
 * may change a server's ports here means them, and taken out again if the change is refused. Rejects with PortTaken or
 * ApiError.
 */
export async function rebind(id: string, rows: readonly Row[]): Promise<void> {
  const added = new AddedPorts();
  const wanted = rows.map(({ ip, host, protocol }) => ({ ip, port: host ?? 0, protocol }));
  const found = await Promise.all(wanted.map((port) => checkNow(id, port)));
  if (found.some((one) => one?.in_use)) throw new PortTaken(strings.someTaken);
  try {
    for (const [index, port] of wanted.entries()) if (found[index]?.in_pool === false) await added.add(port);
    const ports = rows.map(({ ip, host, container, protocol }) => ({
      ip,
      host_port: host ?? 0,
      container_port: container ?? 0,
      protocol,
    }));
    await api.call(rebindNetwork, { params: { id }, body: { ports } });
  } catch (error) {
    await added.takeBack();
    throw error;
  }
}
