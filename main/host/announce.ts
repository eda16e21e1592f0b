import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { errorText } from '../../shared/error-text.ts';
import type { Log } from '../lib/log.ts';
import { settlesWithin } from '../lib/pause.ts';
import { systemCode } from '../lib/system-error.ts';
import { type Announced, Announcement } from './announcement.ts';

export interface AnnouncerOptions {
  version: string;
  /** Default: the machine's own name. */
  name?: string;
  log: Log;
}

export interface Whereabouts {
  /** IPv4 addresses of this machine on which the host listens. */
  addresses: readonly string[];
  port: number;
}

/** Tells the networks that the host is on where it is, as `_lightd._tcp` by multicast DNS. Nothing of it ever rejects or throws. */
export interface Announcer {
  /** Whether it is told on one network at least; else why not, in words, or false if it isn't wanted. */
  readonly state: boolean | string;
  /** Tells this from now on, null: nothing. What hasn't changed goes on as it is. Resolves when it is told, or can't be, or takes too long. */
  apply(place: Whereabouts | null): Promise<void>;
  /** Goodbye, in half a second at most. */
  close(): Promise<void>;
}

/** How many networks are told; a machine with more has mostly virtual ones. */
const maxNetworks = 8;
/** How long a change may keep its caller waiting, in ms. What takes longer goes on by itself. */
const patienceMs = 1500;
const goodbyeMs = 500;

interface Told {
  announcement: Announcement;
  /** Whether it was said at all, by now. */
  isSaid: boolean;
}

export function createAnnouncer({ version, name = hostname(), log }: AnnouncerOptions): Announcer {
  const told = new Map<string, Told>();
  /** Names for the addresses that nobody else on a network may have; the machine's own is its system's to give away. */
  const prefix = `lightd-${randomBytes(4).toString('hex')}`;
  let port = 0;
  let isWanted = false;
  let problem: string | null = null;
  let turn: Promise<void> = Promise.resolve();
  let isClosed = false;

  const drop = async (address: string): Promise<void> => {
    const one = told.get(address);
    told.delete(address);
    if (one) await settlesWithin(one.announcement.end(), goodbyeMs);
  };
  const begin = async (address: string): Promise<void> => {
    const what: Announced = {
      name: name.split('.')[0] || 'Lightdeck',
      target: `${prefix}-${address.replaceAll('.', '-')}.local`,
      address,
      port,
      txt: { txtvers: '1', version, path: '/' },
    };
    const fail = (error: unknown): void => {
      const words = inWords(error, address);
      // It is tried again from time to time: said once.
      if (words !== problem) log.warn({ address, error: String(error) }, 'the host can not be announced');
      problem = words;
      if (told.get(address)?.announcement === announcement) void drop(address);
    };
    // Loaded here, since hardly anybody announces. Bound to all, or nothing that is sent to a group would be heard.
    const { default: multicastDns } = await import('multicast-dns');
    if (isClosed) return;
    const mdns = multicastDns({ interface: address, bind: '0.0.0.0' });
    const announcement = new Announcement(mdns, what, fail);
    const one = { announcement, isSaid: false };
    told.set(address, one);
    try {
      await announcement.begin();
      one.isSaid = true;
    } catch (error) {
      fail(error);
    }
  };
  const move = async (place: Whereabouts | null): Promise<void> => {
    isWanted = place !== null;
    const addresses = (place?.addresses ?? []).slice(0, maxNetworks);
    const isMoved = place !== null && place.port !== port;
    port = place?.port ?? port;
    const gone = [...told.keys()].filter((address) => isMoved || !addresses.includes(address));
    await Promise.all(gone.map(drop));
    await Promise.all(addresses.filter((address) => !told.has(address)).map(begin));
    if (addresses.every((address) => told.has(address))) problem = null;
  };
  return {
    get state() {
      if (!isWanted) return false;
      return [...told.values()].some(({ isSaid }) => isSaid) || (problem ?? noNetwork);
    },
    async apply(place) {
      turn = turn
        .then(() => (isClosed ? undefined : move(place)))
        .catch((error) => {
          problem = inWords(error, 'any network');
        });
      await settlesWithin(turn, patienceMs);
    },
    async close() {
      isClosed = true;
      isWanted = false;
      await Promise.all([...told.keys()].map(drop));
    },
  };
}

const noNetwork = 'This machine is on no network on which it could be announced.';

function inWords(error: unknown, address: string): string {
  const code = systemCode(error) || errorText(error);
  if (code === 'EADDRINUSE' || code === 'EACCES')
    return `It can’t be announced on ${address}: another program keeps UDP port 5353 for itself.`;
  return `It can’t be announced on ${address}: the network takes no multicast (${code}).`;
}
