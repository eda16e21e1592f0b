import { LightdeckError } from '../../shared/errors.ts';
import type { SharingView } from '../../shared/http/sharing.ts';
import type { Configuration } from '../config/configuration.ts';
import { isLoopbackHost, type Listeners } from '../lib/listen.ts';
import { interfaceUrls } from './interface-urls.ts';

export interface SharingOptions {
  /** Asked once requests come. */
  listeners: () => Listeners;
  configuration: Configuration;
  /** Ends the sockets that came through an address that isn't served any more. */
  endSockets: (isServed: (localAddress: string | undefined) => boolean) => void;
}

const thisMachine = '127.0.0.1';
/** What is under way through an address that isn't served any more gets this long, in ms: the answer to the switch itself, too. */
const graceMs = 1000;

/** The switch that puts the host on the network and takes it off again, while it runs. */
export class Sharing {
  private readonly options: SharingOptions;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(options: SharingOptions) {
    this.options = options;
  }

  view(): SharingView {
    const { host, port, addresses, serves } = this.options.listeners();
    return {
      enabled: !isLoopbackHost(host),
      host,
      port,
      urls: interfaceUrls({ host, port, serves }),
      listening: [...addresses],
    };
  }

  /** One after the other; with the address in force and in the configuration, or neither. */
  set(host: string | null): Promise<SharingView> {
    const done = this.turn.then(() => this.move(host ?? thisMachine));
    this.turn = done.catch(() => {});
    return done;
  }

  private async move(host: string): Promise<SharingView> {
    const { listeners, configuration, endSockets } = this.options;
    const current = listeners();
    const before = current.host;
    try {
      await current.rebind(host);
    } catch (error) {
      throw inWords(error, host, current.port);
    }
    try {
      configuration.change((config) => ({ ...config, server: { ...config.server, host } }));
    } catch (error) {
      await current.rebind(before);
      throw error;
    }
    configuration.listensOn(host);
    endSockets(current.serves);
    current.endOthers(graceMs);
    return this.view();
  }
}

function inWords(error: unknown, host: string, port: number): LightdeckError {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EADDRINUSE') {
    return new LightdeckError(
      'conflict',
      `Port ${port} on ${host} is taken by another program; nothing was changed`,
    );
  }
  const why = code === 'EADDRNOTAVAIL' ? 'this machine has no such address' : String(error);
  return new LightdeckError('invalid', `host: can't listen on ${host}: ${why}; nothing was changed`);
}
