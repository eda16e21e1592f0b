import type { StoredPort } from '../store/contract.ts';
import type { Occupancy, PortCheck, PortKey } from './contract.ts';
import { canonicalIp, overlap } from './host-ip.ts';
import { stateOf } from './port-state.ts';

/** How many numbers above a taken one are looked at for a free one. */
const proposals = 100;
const highest = 65_535;

const unused = { used_by: null, reserved: false };

const isSame = (a: PortKey, b: PortKey): boolean =>
  a.ip === b.ip && a.port === b.port && a.protocol === b.protocol;

/** Who has a port of the machine, whether the pool has it or not, and which one is free from there on. What `server` holds counts as free. */
export async function checkPort(
  asked: PortKey,
  server: string | null,
  { near, holders }: Pick<Occupancy, 'holders'> & { near: (port: number) => StoredPort[] },
): Promise<PortCheck> {
  const first = { ip: canonicalIp(asked.ip), port: asked.port, protocol: asked.protocol };
  const looks = Array.from({ length: Math.min(proposals, highest - first.port) + 1 }, (_, n) => {
    const key = { ...first, port: first.port + n };
    const entries = near(key.port);
    const isOwn = (entry: StoredPort): boolean => server !== null && entry.used_by === server;
    return {
      key,
      entry: entries.find((entry) => isSame(entry, key)),
      others: entries.filter((entry) => !isOwn(entry)),
      // Then whoever has bound it is the server itself.
      isOwn: entries.some(
        (entry) => isOwn(entry) && entry.protocol === key.protocol && overlap(entry.ip, key.ip),
      ),
    };
  });
  const held = await holders(looks.flatMap(({ key, isOwn }) => (isOwn ? [] : [key])));
  const states = looks.map(({ key, others, isOwn }) => {
    const entry = others.find((other) => isSame(other, key)) ?? { ...key, ...unused };
    return stateOf(entry, others, isOwn ? new Map() : held);
  });
  const state = states[0] ?? { ...first, ...unused, inUse: false, heldBy: null };
  return {
    ...state,
    inPool: looks[0]?.entry !== undefined,
    nextFree: states.find(({ inUse }) => !inUse)?.port ?? null,
  };
}
