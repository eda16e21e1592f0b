import type { Socket } from 'node:net';
import type { Server as SshServer } from 'ssh2';
import { LightdeckError } from '../../shared/errors.ts';
import type { SftpStatus } from '../../shared/http/settings.ts';
import type { SftpCredentials, SftpCredentialsInput, SftpInfo, SftpState } from '../../shared/http/sftp.ts';
import { MiB } from '../../shared/units.ts';
import type { Audit } from '../audit/contract.ts';
import type { VolumeFiles } from '../files/contract.ts';
import type { Log } from '../lib/log.ts';
import type { Servers } from '../servers/contract.ts';
import type { Store, StoredSftpLogin } from '../store/contract.ts';
import type { StoreHealth } from '../store/health.ts';
import { Accounts } from './accounts.ts';
import { SftpConnection } from './connection.ts';
import { ConnectionRate } from './connection-rate.ts';
import { LoginGate } from './login-gate.ts';
import { listenForSftp, type SftpListener, type SftpSettings } from './sftp-listener.ts';
import type { SessionFiles } from './sftp-session.ts';

export interface SftpServerOptions {
  store: Pick<Store, 'sftpLogins' | 'volumes'>;
  servers: Pick<Servers, 'get'>;
  files: VolumeFiles;
  audit: Audit;
  /** Where the host's private key is kept. */
  hostKeyPath: string;
  /** Unix milliseconds. */
  now: () => number;
  log: Log;
  health?: StoreHealth | undefined;
  /** As in LoginGateOptions. */
  failureDelayMs?: (() => number) | undefined;
}

/** Connections at once; more are closed unheard. */
const maxConnections = 200;
/** Of them, those that haven't logged in: of all addresses, and of one. */
const maxUnknown = 100;
const maxUnknownOfAddress = 32;
/** Connections of one server's user. */
const maxOfServer = 64;

type Listening =
  | { state: 'listening'; settings: SftpSettings; listener: SftpListener }
  | { state: 'disabled'; settings: SftpSettings }
  | { state: 'failed'; settings: SftpSettings; problem: string };

const off: SftpSettings = { enabled: false, host: '127.0.0.1', port: 2022 };

/** A13: the third way in. It can fail to listen without any harm to the rest of the host. */
export class SftpServer {
  private readonly options: SftpServerOptions;
  private readonly accounts: Accounts;
  private readonly gate: LoginGate;
  private readonly rate: ConnectionRate;
  private readonly connections = new Set<SftpConnection>();
  /** Connected, but it isn't their turn to begin yet. */
  private readonly waiting = new Map<Socket, string>();
  private listening: Listening = { state: 'disabled', settings: off };
  /** Starts and stops come one after the other. */
  private turn: Promise<void> = Promise.resolve();

  constructor(options: SftpServerOptions) {
    this.options = options;
    this.accounts = new Accounts(options);
    const { now, failureDelayMs } = options;
    this.gate = new LoginGate({ accounts: this.accounts, now, failureDelayMs });
    this.rate = new ConnectionRate(options);
    this.accounts.onEnded((server) => {
      for (const connection of this.connections) if (connection.login?.server === server) connection.end();
    });
  }

  get state(): SftpState {
    return this.listening.state;
  }

  /** Whether it listens, and why not. */
  status(): SftpStatus {
    const { listening, port } = this;
    return { state: listening.state, port, problem: listening.state === 'failed' ? listening.problem : null };
  }

  /** Where it listens; null if it doesn't. */
  get port(): number | null {
    return this.listening.state === 'listening' ? this.listening.listener.port : null;
  }

  /**
   * Begins to listen as the settings say, or stops; what is in force already is left as it is, and open sessions stay while
   * only the address changes. Never rejects: a failure is a state, logged and told by `info`.
   */
  apply(settings: SftpSettings): Promise<void> {
    this.turn = this.turn.then(() => this.change({ ...settings }));
    return this.turn;
  }

  async reset(server: string, request: SftpCredentialsInput): Promise<SftpCredentials> {
    const exists = (): boolean => this.options.servers.get(server) !== null;
    const { username, password } = await this.accounts.reset(server, request, exists);
    return { username, password, ...this.place() };
  }

  info(server: string): SftpInfo | null {
    const login = this.accounts.get(server);
    if (!login) return null;
    const { listening } = this;
    return {
      username: login.username,
      ...this.place(),
      created_at: login.created_at,
      updated_at: login.updated_at,
      state: listening.state,
      problem: listening.state === 'failed' ? listening.problem : null,
      host_key: listening.state === 'listening' ? listening.listener.hostKey : null,
    };
  }

  /** Ends a server's access and its open sessions at once. To be called when the server is gone. */
  removeServer(server: string): void {
    this.accounts.remove(server);
  }

  /** The login of a server that is back; false if another one has its user name by now. Throws what the store throws. */
  restoreLogin(login: StoredSftpLogin): boolean {
    return this.accounts.restore(login);
  }

  /** Removes the logins of all servers but these. */
  removeOrphans(servers: ReadonlySet<string>): void {
    this.accounts.removeOrphans(servers);
  }

  /** Stops listening and ends all sessions; resolves when nothing of theirs is under way. */
  async close(): Promise<void> {
    await this.apply(off);
    this.gate.close();
    this.rate.close();
    for (const socket of this.waiting.keys()) socket.destroy();
    this.accounts.close();
    await Promise.all([...this.connections].map((connection) => connection.finished()));
  }

  private place() {
    const { settings } = this.listening;
    return {
      host: settings.host,
      port: this.port ?? settings.port,
      volume_path: '/home/container' as const,
    };
  }

  private async change(settings: SftpSettings): Promise<void> {
    const before = this.listening;
    const isSame =
      before.state === 'listening' &&
      settings.enabled &&
      before.settings.host === settings.host &&
      before.settings.port === settings.port;
    if (isSame) return;
    if (before.state === 'listening') before.listener.close();
    if (!settings.enabled) {
      this.listening = { state: 'disabled', settings };
      for (const connection of this.connections) connection.end();
      for (const socket of this.waiting.keys()) socket.destroy();
      return;
    }
    try {
      const listener = await listenForSftp(settings, {
        hostKeyPath: this.options.hostKeyPath,
        onSocket: (socket, createSsh) => this.accept(socket, createSsh),
        onProblem: (error) => this.options.log.error({ err: error }, 'an SFTP connection could not be taken'),
      });
      this.listening = { state: 'listening', settings, listener };
      this.options.log.info({ host: settings.host, port: this.port }, 'SFTP listens');
    } catch (error) {
      const problem = error instanceof LightdeckError ? error.message : String(error);
      this.listening = { state: 'failed', settings, problem };
      this.options.log.error({ problem }, 'SFTP is not available; everything else is');
    }
  }

  private accept(socket: Socket, createSsh: () => SshServer): void {
    const address = socket.remoteAddress ?? '';
    const wait = this.isTooMany(address) ? null : this.rate.reserve(address);
    if (wait === null) {
      socket.destroy();
      return;
    }
    if (wait === 0) {
      this.begin(socket, createSsh);
      return;
    }
    // Nobody reads from it yet, so what it says stays where it is.
    socket.on('error', () => {});
    this.waiting.set(socket, address);
    const cancel = this.rate.later(wait, () => {
      this.waiting.delete(socket);
      if (!socket.destroyed) this.begin(socket, createSsh);
    });
    socket.once('close', () => {
      cancel();
      this.waiting.delete(socket);
    });
  }

  private begin(socket: Socket, createSsh: () => SshServer): void {
    const connection: SftpConnection = new SftpConnection({
      socket,
      server: createSsh(),
      logIn: (username, password) => this.logIn(username, password, connection.address),
      admit: (login) => this.admit(login, connection.address),
      record: (login, action, detail, result) =>
        this.record({ login, address: connection.address, action, detail, result }),
      onClose: () => this.connections.delete(connection),
      now: this.options.now,
      log: this.options.log,
    });
    this.connections.add(connection);
  }

  private isTooMany(address: string): boolean {
    const unknown = [...this.connections].filter(({ login }) => login === null).map((one) => one.address);
    unknown.push(...this.waiting.values());
    return (
      this.connections.size + this.waiting.size >= maxConnections ||
      unknown.length >= maxUnknown ||
      unknown.filter((one) => one === address).length >= maxUnknownOfAddress
    );
  }

  private async logIn(username: string, password: string, address: string): Promise<StoredSftpLogin | null> {
    const login = await this.gate.attempt(username, password, address);
    if (!login) {
      this.options.audit.record({
        actor: username.replace(/[\x00-\x1f\x7f]/g, '?').slice(0, 64),
        address,
        via: 'sftp',
        action: 'login',
        container: null,
        volume: null,
        detail: '',
        result: 'wrong username or password, or too many failures from this address',
      });
    }
    return login;
  }

  /** The login was right; now it must still be, and its server be there. */
  private admit(login: StoredSftpLogin, address: string): SessionFiles | null {
    const { servers, store, files, log } = this.options;
    const record = (result: string): void =>
      this.record({ login, address, action: 'login', detail: '', result });
    if (this.accounts.get(login.server)?.password !== login.password) return null;
    const ofServer = [...this.connections].filter((one) => one.login?.server === login.server);
    if (ofServer.length >= maxOfServer) {
      record(`${maxOfServer} connections are open already`);
      return null;
    }
    try {
      const volume = store.volumes.get(servers.get(login.server)?.definition.volume_id ?? '');
      if (!volume) throw new LightdeckError('not_found', 'the server or its volume is gone');
      const jail = files.jail(volume.id);
      const room = files.room(volume.id);
      record('ok');
      const volumeBytes = (): number => (store.volumes.get(volume.id)?.quota_mb ?? 0) * MiB;
      return { jail, room, by: login.username, volumeBytes };
    } catch (error) {
      log.warn({ server: login.server, problem: String(error) }, 'an SFTP login has no volume');
      record(error instanceof LightdeckError ? error.message : 'internal error');
      return null;
    }
  }

  private record(entry: {
    login: StoredSftpLogin;
    address: string;
    action: string;
    detail: string;
    result: string;
  }): void {
    const { login, ...rest } = entry;
    const volume = this.options.servers.get(login.server)?.definition.volume_id ?? null;
    this.options.audit.record({
      actor: login.username,
      via: 'sftp',
      container: login.server,
      volume,
      ...rest,
    });
  }
}
