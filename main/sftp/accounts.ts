import { randomBytes } from 'node:crypto';
import { LightdeckError } from '../../shared/errors.ts';
import type { SftpCredentialsInput } from '../../shared/http/sftp.ts';
import { Emitter } from '../lib/emitter.ts';
import type { Log } from '../lib/log.ts';
import type { Store, StoredSftpLogin } from '../store/contract.ts';
import { newPassword, PasswordHasher } from './password.ts';

export interface AccountsOptions {
  store: Pick<Store, 'sftpLogins'>;
  /** Unix milliseconds. */
  now: () => number;
  log: Log;
}

/** Who may log in: one user for each server at most, with a password of which only a hash is kept (A13). */
export class Accounts {
  private readonly options: AccountsOptions;
  private readonly hasher = new PasswordHasher();
  private readonly ended: Emitter<string>;

  constructor(options: AccountsOptions) {
    this.options = options;
    this.ended = new Emitter((error) =>
      options.log.error({ error: String(error) }, 'a listener for ended SFTP access failed'),
    );
  }

  /** Tells the server's id when sessions under its old login must end: before `reset` resolves, and from `remove`. */
  onEnded(listener: (server: string) => void): () => void {
    return this.ended.on(listener);
  }

  get(server: string): StoredSftpLogin | null {
    return this.options.store.sftpLogins.get(server);
  }

  /**
   * Makes the server's login, or renews it: a username that isn't given stays (or is made up), a password that isn't given
   * is made up. `exists` is asked again after the hashing. Throws LightdeckError `conflict` if another server has that
   * username, `not_found` if the server went meanwhile.
   */
  async reset(
    server: string,
    request: SftpCredentialsInput,
    exists: () => boolean,
  ): Promise<{ username: string; password: string }> {
    const password = request.password ?? newPassword();
    this.refuseTaken(request.username, server);
    const hash = await this.hasher.hash(password);
    if (!exists()) throw new LightdeckError('not_found', 'Container not found');
    const before = this.get(server);
    const username = request.username ?? before?.username ?? `sftp_${randomBytes(5).toString('hex')}`;
    const seconds = Math.floor(this.options.now() / 1000);
    const created = before?.created_at ?? seconds;
    const login = { server, username, password: hash, created_at: created, updated_at: seconds };
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

  /** Ends the server's access. None: nothing. */
  remove(server: string): void {
    this.options.store.sftpLogins.remove(server);
    this.ended.emit(server);
  }

  /** Removes the logins of servers that are gone: a crash came between the end of the server and the end of its access. */
  removeOrphans(servers: ReadonlySet<string>): void {
    for (const { server } of this.options.store.sftpLogins.all()) {
      if (!servers.has(server)) this.remove(server);
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
