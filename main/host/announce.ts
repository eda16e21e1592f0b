import { randomBytes } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';
import type { CiaoService, Responder } from '@homebridge/ciao';
import type { Log } from '../lib/log.ts';
import { settlesWithin } from '../lib/pause.ts';
import { systemCode } from '../lib/system-error.ts';
import { checkMulticast } from './multicast-check.ts';

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
  /** Whether it is told on one network at least; else why not, in words, or false if it isn't wanted or is only beginning. */
  readonly state: boolean | string;
  /** Tells this from now on, null: nothing. What hasn't changed goes on as it is. Resolves when it is told, or can't be, or takes too long. */
  apply(place: Whereabouts | null): Promise<void>;
  /** Goodbye, in half a second at most. */
  close(): Promise<void>;
}

/** How many networks are told; a machine with more has mostly virtual ones. */
const maxNetworks = 8;
/** How long a change may keep its caller waiting, in ms: a free name is found in one second, or two. What takes longer goes on by itself. */
const patienceMs = 3000;
const goodbyeMs = 500;
/** A DNS label, in bytes; the number of a name that is taken, ` (99)`, must fit in. */
const maxLabel = 63 - 5;

const noNetwork = 'This machine is on no network on which it could be announced.';

/** An address and the network adapter that it is the address of. */
interface Place {
  address: string;
  adapter: string;
}

/** One announcement, on all networks together: then a name that is free on one of them is free on all. */
interface Announcement {
  places: readonly Place[];
  port: number;
  responder: Responder;
  service: CiaoService;
  /** Whether the networks have been told, by now. */
  isTold: boolean;
}

export function createAnnouncer(options: AnnouncerOptions): Announcer {
  return new CiaoAnnouncer(options);
}

class CiaoAnnouncer implements Announcer {
  private readonly name: string;
  private readonly version: string;
  private readonly log: Log;
  /** Stands for the addresses; the machine's own name is its system's to give away. */
  private readonly target = `lightd-${randomBytes(4).toString('hex')}`;
  private current: Announcement | null = null;
  /** Why one network can't be told; null while all can. */
  private problem: string | null = null;
  private isWanted = false;
  private isClosed = false;
  private turn: Promise<void> = Promise.resolve();

  constructor({ version, name = hostname(), log }: AnnouncerOptions) {
    this.version = version;
    this.name = serviceName(name);
    this.log = log;
  }

  get state(): boolean | string {
    return this.isWanted && (this.current?.isTold || (this.problem ?? false));
  }

  async apply(place: Whereabouts | null): Promise<void> {
    this.turn = this.turn
      .then(() => (this.isClosed ? undefined : this.move(place)))
      .catch((error) => this.fail(error, 'any network'));
    await settlesWithin(this.turn, patienceMs);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.isWanted = false;
    await this.end();
  }

  private async move(place: Whereabouts | null): Promise<void> {
    this.isWanted = place !== null;
    if (!place) return this.end();
    const places = await this.usable(place.addresses.slice(0, maxNetworks));
    if (this.isClosed || (this.current && isSame(this.current, places, place.port))) return;
    await this.end();
    if (places.length > 0) await this.begin(places, place.port);
  }

  /** Those on whose networks it can be told, by the order of their adapters' names; what is wrong with another one is the problem now. */
  private async usable(addresses: readonly string[]): Promise<Place[]> {
    const before = this.problem;
    let problem: string | null = addresses.length === 0 ? noNetwork : null;
    const places: Place[] = [];
    for (const address of addresses) {
      try {
        await checkMulticast(address);
        const adapter = adapterOf(address);
        if (adapter) places.push({ address, adapter });
        else
          problem ??= `It can’t be announced on ${address}: only a network adapter’s first address can be.`;
      } catch (error) {
        problem = inWords(error, address);
        // It is tried again from time to time: said once.
        if (problem !== before)
          this.log.warn({ address, error: String(error) }, 'the host can not be announced');
      }
    }
    this.problem = problem;
    return places.sort((a, b) => (a.adapter < b.adapter ? -1 : 1));
  }

  private async begin(places: readonly Place[], port: number): Promise<void> {
    // Loaded here, since hardly anybody announces.
    const { getResponder } = await import('@homebridge/ciao');
    if (this.isClosed) return;
    const responder = getResponder({ interface: places.map(({ adapter }) => adapter), disableIpv6: true });
    const service = responder.createService({
      name: this.name,
      type: 'lightd',
      port,
      hostname: this.target,
      txt: { txtvers: '1', version: this.version, path: '/' },
      // The addresses on which the host listens, and no other that an adapter may have.
      restrictedAddresses: places.map(({ address }) => address),
      disabledIpv6: true,
    });
    service.on('name-change', (name) =>
      this.log.info({ name }, 'another host has our name; announced by this one'),
    );
    service.on('hostname-change', () => {});
    const announcement: Announcement = { places, port, responder, service, isTold: false };
    this.current = announcement;
    try {
      await service.advertise();
      announcement.isTold = true;
    } catch (error) {
      if (this.current !== announcement) return;
      this.fail(error, places.map(({ address }) => address).join(', '));
      await this.end();
    }
  }

  /** Says goodbye, if anything was said. Never rejects. */
  private async end(): Promise<void> {
    const { current } = this;
    this.current = null;
    if (!current) return;
    const goodbye = current.service.destroy().then(() => current.responder.shutdown());
    await settlesWithin(
      goodbye.catch((error) => this.log.debug({ error: String(error) }, 'the goodbye failed')),
      goodbyeMs,
    );
  }

  private fail(error: unknown, where: string): void {
    this.log.warn({ error: String(error) }, 'the host can not be announced');
    this.problem = inWords(error, where);
  }
}

const isSame = (now: Announcement, places: readonly Place[], port: number): boolean =>
  now.port === port && JSON.stringify(now.places) === JSON.stringify(places);

/** `den.lan` as one label: without dots, and cut to what a label may hold. */
export function serviceName(name: string): string {
  let label = name.split('.')[0] || 'Lightdeck';
  while (Buffer.byteLength(label) > maxLabel) label = [...label].slice(0, -1).join('');
  return label;
}

/** The name of the adapter whose first IPv4 address this is; the responder knows no others. */
function adapterOf(address: string): string | null {
  for (const [name, addresses = []] of Object.entries(networkInterfaces()))
    if (addresses.find(({ family }) => family === 'IPv4')?.address === address) return name;
  return null;
}

function inWords(error: unknown, where: string): string {
  const code = systemCode(error) || String(error);
  if (code === 'EADDRINUSE' || code === 'EACCES')
    return `It can’t be announced on ${where}: another program keeps UDP port 5353 for itself.`;
  return `It can’t be announced on ${where}: the network takes no multicast (${code}).`;
}
