import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import type { SharingView } from '../../shared/http/sharing.ts';
import type { Configuration } from '../config/configuration.ts';
import { Scope } from '../lib/scope.ts';
import { systemCode } from '../lib/system-error.ts';
import type { Announcer } from './announce.ts';
import { isLoopbackHost } from './bind-all.ts';
import { interfaceUrls } from './interface-urls.ts';
import type { LanAddresses } from './lan-addresses.ts';
import { AddressesLost, type Listeners } from './listen.ts';

export interface SharingOptions {
  /** Asked once requests come. */
  listeners: () => Listeners;
  configuration: Configuration;
  /** Ends the sockets that came through an address that isn't served any more. */
  endSockets: (isServed: (localAddress: string | undefined) => boolean) => void;
  announcer: Announcer;
  lan: Pick<LanAddresses, 'current'>;
}

export interface SharingRequest {
  /** Null: this machine alone. */
  host: string | null;
  /** Whether the networks are told; left out: as before. */
  announce?: boolean | undefined;
}

const thisMachine = '127.0.0.1';
/** What is under way through an address that isn't served any more gets this long, in ms: the answer to the switch itself, too. */
const graceMs = 1000;
/** The machine's networks are looked at again after this long, in ms, while they are told of the host: addresses come and go. */
const lookAgainMs = 30_000;

/** The switch that puts the host on the network and takes it off again, while it runs. */
export class Sharing {
  private readonly options: SharingOptions;
  private readonly scope = new Scope();
  private turn: Promise<unknown> = Promise.resolve();

  constructor(options: SharingOptions) {
    this.options = options;
  }

  /** Once the host listens: announces it if that is wanted, and follows the configuration and the machine's networks. */
  start(): void {
    const look = (): void => void this.announce();
    this.scope.add(this.options.configuration.onChange(look));
    this.scope.interval(look, lookAgainMs);
    look();
  }

  /** Takes the announcement back. */
  close(): Promise<void> {
    this.scope.close();
    return this.options.announcer.close();
  }

  view(): SharingView {
    const { host, port, addresses, serves } = this.options.listeners();
    return {
      enabled: !isLoopbackHost(host),
      host,
      port,
      urls: interfaceUrls({ host, port, serves, lan: this.options.lan.current() }),
      listening: [...addresses],
      announce: this.options.configuration.current().server.announce,
      announced: this.options.announcer.state,
    };
  }

  /** One after the other; with the address in force and in the configuration, or neither. */
  set({ host, announce }: SharingRequest): Promise<SharingView> {
    const done = this.turn.then(() => this.move(host ?? thisMachine, announce));
    this.turn = done.catch(() => {});
    return done;
  }

  /** What is to be told now; the networks of this machine as they are at the moment. */
  private announce(): Promise<void> {
    const { announcer, configuration, listeners, lan } = this.options;
    const { host, port, serves } = listeners();
    if (!configuration.current().server.announce || isLoopbackHost(host)) return announcer.apply(null);
    const places = interfaceUrls({ host, port, serves, lan: lan.current() }).filter(
      (place) => place.served && place.family === 'IPv4',
    );
    return announcer.apply({ addresses: places.map(({ address }) => address), port });
  }

  private async move(host: string, announce: boolean | undefined): Promise<SharingView> {
    const { listeners, configuration, endSockets } = this.options;
    const current = listeners();
    const before = current.host;
    try {
      await current.rebind(host);
    } catch (error) {
      throw rebindError(error, host, current.port);
    }
    try {
      configuration.change((config) => ({
        ...config,
        server: { ...config.server, host, announce: announce ?? config.server.announce },
      }));
    } catch (error) {
      await current.rebind(before);
      throw error;
    }
    configuration.listensOn(host);
    endSockets(current.serves);
    current.endOthers(graceMs);
    await this.announce();
    return this.view();
  }
}

function rebindError(error: unknown, host: string, port: number): LightdeckError {
  if (error instanceof AddressesLost) {
    return new LightdeckError(
      'conflict',
      `Can't listen on ${host}, and another program has taken port ${port} meanwhile: the host can't be reached until that program ends; it is tried again each second`,
      { cause: error },
    );
  }
  const code = systemCode(error);
  if (code === 'EADDRINUSE') {
    return new LightdeckError(
      'conflict',
      `Port ${port} on ${host} is taken by another program; nothing was changed`,
    );
  }
  const why = code === 'EADDRNOTAVAIL' ? 'this machine has no such address' : errorText(error);
  return new LightdeckError('invalid', `host: can't listen on ${host}: ${why}; nothing was changed`);
}
