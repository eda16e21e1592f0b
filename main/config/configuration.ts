import { Emitter } from '../lib/emitter.ts';
import type { Log } from '../lib/log.ts';
import { readConfigFile, saveConfig } from './config-file.ts';
import type { Config } from './config-schema.ts';

export interface ConfigurationOptions {
  dataDir: string;
  /** As it was read at the start. */
  config: Config;
  log: Log;
}

export interface ConfigChange {
  previous: Config;
  current: Config;
}

export interface Reloaded {
  /** Keys whose new values wait for the next start of the host. */
  waiting: string[];
  /** About what was odd but no reason to refuse. */
  warnings: string[];
}

/** What is read once, at the start. All else is asked for anew each time, by `current`, or follows `onChange`. */
const readAtStart: Record<string, (config: Config) => unknown> = {
  'server.host': ({ server }) => server.host,
  'server.port': ({ server }) => server.port,
  'docker.socket_path': ({ docker }) => docker.socket_path,
  'storage.base_path': ({ storage }) => storage.base_path,
  'storage.volumes_path': ({ storage }) => storage.volumes_path,
  'storage.quota': ({ storage }) => storage.quota,
};

/** The configuration in force (A15), and its renewal while the host runs. */
export class Configuration {
  private readonly options: ConfigurationOptions;
  private readonly changes: Emitter<ConfigChange>;
  private config: Config;
  /** What the parts that read once have. */
  private inForce: Config;

  constructor(options: ConfigurationOptions) {
    this.options = options;
    this.config = options.config;
    this.inForce = options.config;
    this.changes = new Emitter((error) =>
      options.log.error({ error: String(error) }, 'a part could not take the new configuration'),
    );
  }

  current(): Config {
    return this.config;
  }

  /** Called after each reload, with `current` changed already; returns the disposer. */
  onChange(listener: (change: ConfigChange) => void): () => void {
    return this.changes.on(listener);
  }

  /** Called when the master token is another one. */
  onMasterToken(listener: () => void): () => void {
    return this.changes.on(({ previous, current }) => {
      if (previous.authorization.token !== current.authorization.token) listener();
    });
  }

  /**
   * Reads the file again. Throws LightdeckError `invalid` naming the key that is wrong; then the configuration in force stays
   * as it was, and so does the file.
   */
  reload(): Reloaded {
    const { config, warnings } = readConfigFile(this.options.dataDir);
    const previous = this.config;
    this.config = config;
    this.changes.emit({ previous, current: config });
    return { waiting: this.waiting, warnings };
  }

  /**
   * Changes the file, starting from what it says now, and takes it as `reload` does. Throws LightdeckError `invalid` naming
   * the key that is wrong; then nothing has changed.
   */
  change(edit: (config: Config) => Config): Reloaded {
    const { dataDir } = this.options;
    saveConfig(dataDir, edit(readConfigFile(dataDir).config));
    return this.reload();
  }

  /** The address was changed while the host runs: it doesn't wait for a new start. */
  listensOn(host: string): void {
    this.inForce = { ...this.inForce, server: { ...this.inForce.server, host } };
  }

  /** Keys that have another value now than at the start, and need a new start. */
  get waiting(): string[] {
    return Object.entries(readAtStart).flatMap(([key, read]) =>
      read(this.inForce) === read(this.config) ? [] : [key],
    );
  }
}
