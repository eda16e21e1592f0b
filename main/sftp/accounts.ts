import { randomBytes } from 'node:crypto';
import { LightdeckError } from '../../shared/errors.ts';
import type { SftpCredentialsInput } from '../../shared/http/sftp.ts';
import { Emitter } from '../lib/emitter.ts';
import type { Log } from '../lib/log.ts';
import { noSuchServer } from '../servers/existing-server.ts';
import type { Store, StoredSftpLogin } from '../store/contract.ts';
import { DeferredWrite } from '../store/deferred-write.ts';
import type { StoreHealth } from '../store/health.ts';
import { newPassword, PasswordHasher } from './password.ts';

export interface AccountsOptions {
  store: Pick<Store, 'sftpLogins'>;
  /** Unix milliseconds. */
  now: () => number;
  log: Log;
  health?: StoreHealth | undefined;
}

/** Who may log in: one user for each server at most, with a password of which only a hash is kept (A13). */
export class Accounts {
  private readonly options: AccountsOptions;
  private readonly hasher = new PasswordHasher();
  private readonly ended: Emitter<string>;
  /** Servers whose access has ended, though their login could not be removed from the store yet. */
  private readonly removed = new Set<string>();
  private readonly removal: DeferredWrite;

  constructor(options: AccountsOptions) {
    this.options = options;
    this.removal = new DeferredWrite({
      what: 'SFTP logins',
      write: () => this.removeStored(),
      health: options.health,
    });
    this.ended = new Emitter((error) =>
      options.log.error({ error: String(error) }, 'a listener for ended SFTP access failed'),
    );
  }

  /** Tells the server's id when sessions under its old login must end: before `reset` resolves, and from `remove`. */
  onEnded(listener: (server: string) => void): () => void {
    return this.ended.on(listener);
  }

  get(server: string): StoredSftpLogin | null {
    if (this.removed.has(server)) return null;
    return this.options.store.sftpLogins.get(server);
  }

  /**
   * Makes the server's login, or renews it: a username that isn't given stays (or is made up), a password that isn't given
   * is made up. `exists` is asked again after the hashing. Throws LightdeckError `conflict` if another server has that
   * username, `not_found` if the server went meanwhile, `disk_full` or `internal` if it can't be written: then the login is
   * what it was, and its sessions go on.
   */
  async reset(
    server: string,
    request: SftpCredentialsInput,
    exists: () => boolean,
  ): Promise<{ username: string; password: string }> {
    const password = request.password ?? newPassword();
    this.refuseTaken(request.username, server);
    const hash = await this.hasher.hash(password);
    if (!exists()) throw noSuchServer();
    const before = this.get(server);
    const username = request.username ?? before?.username ?? `sftp_${randomBytes(5).toString('hex')}`;
    const seconds = Math.floor(this.options.now() / 1000);
    const created = before?.created_at ?? seconds;
    const login = { server, username, password: hash, created_at: created, updated_at: seconds };
    // Else the removal that waits would take the new one.
    this.removeStored();
    if (!this.options.store.sftpLogins.put(login)) throw taken(username);
    this.ended.emit(server);
    return { username, password };
  }

  /** The login, if the password is right. An unknown username takes as long as a wrong password. */
  async verify(username: string, password: string): Promise<StoredSftpLogin | null> {
    const login = this.options.store.sftpLogins.byUsername(username);
    const right = await this.hasher.verify(password, login?.password ?? null);
    // Reset or removed while it was compared: then it was the old one.
    const still = login && this.get(login.server)?.password === login.password;
    return right && still ? login : null;
  }

  /** Ends the server's access at once, whether or not the store can be written now. None: nothing. Never throws. */
  remove(server: string): void {
    this.removed.add(server);
    this.removal.request();
    this.ended.emit(server);
  }

  /** Puts a login back as it was; false if another server has its username by now. Throws what the store throws. */
  restore(login: StoredSftpLogin): boolean {
    // Else the removal that waits would take it.
    this.removeStored();
    return this.options.store.sftpLogins.put(login);
  }

  /** A last try to remove what has ended. */
  close(): void {
    this.removal.close();
  }

  /** Removes the logins of servers that are gone: a crash came between the end of the server and the end of its access. */
  removeOrphans(servers: ReadonlySet<string>): void {
    for (const { server } of this.options.store.sftpLogins.all()) {
      if (!servers.has(server)) this.remove(server);
    }
  }

  private removeStored(): void {
    for (const server of this.removed) {
      this.options.store.sftpLogins.remove(server);
      this.removed.delete(server);
    }
  }

  private refuseTaken(username: string | undefined, server: string): void {
    const other = username === undefined ? null : this.options.store.sftpLogins.byUsername(username);
    if (other && other.server !== server) throw taken(other.username);
  }
}

function taken(username: string): LightdeckError {
  return new LightdeckError('conflict', `The SFTP username ${username} is taken: choose another one`);
}
