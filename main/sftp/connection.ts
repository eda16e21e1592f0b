import type { Socket } from 'node:net';
import type { AuthContext, Server, ServerChannel, Session, Connection as SshConnection } from 'ssh2';
import { MiB } from '../../shared/units.ts';
import type { Log } from '../lib/log.ts';
import { Scope } from '../lib/scope.ts';
import type { StoredSftpLogin } from '../store/contract.ts';
import { type SessionFiles, SftpSession, type Transport } from './sftp-session.ts';

/** Time to log in, in ms. */
const loginGraceMs = 30_000;
/** A13: without a request for so long the connection ends, in ms. */
const idleMs = 5 * 60_000;
/** Failed logins of one connection. */
const maxFailures = 6;
/** Channels open at once on one connection. */
const maxChannels = 8;
/**
 * What may lie in the process for a client that doesn't read, in bytes; the sessions keep to half of it. Small replies, of
 * which ssh2 makes some by itself, take 25 times as much memory as they have bytes.
 */
const maxOutgoing = MiB;
/** Requests of one connection that may wait, in bytes: more than all windows that were granted means that they are ignored. */
const maxIncoming = maxChannels * 4 * MiB;
/** Bytes that may come in without any going out. Windows, handshakes and replies all need some, long before. */
const maxUnanswered = 8 * MiB;
/** How long a goodbye may take, in ms. */
const goodbyeMs = 1000;

const sorry = 'This host speaks SFTP only. With scp, leave out -O.\n';

export interface SftpConnectionOptions {
  socket: Socket;
  /** A server of ssh2 for this one socket. */
  server: Server;
  /** The login if it is right; null only after the delay of a failure. */
  logIn: (username: string, password: string) => Promise<StoredSftpLogin | null>;
  /** Synchronously at the moment of acceptance: its files, or null if the login is no longer good, or there are too many. */
  admit: (login: StoredSftpLogin) => SessionFiles | null;
  record: (login: StoredSftpLogin, action: string, detail: string, result: string) => void;
  onClose: () => void;
  /** Unix milliseconds. */
  now: () => number;
  log: Log;
}

/** One SSH connection: a password, then SFTP and nothing else. It is closed by whoever comes first, and then says so once. */
export class SftpConnection {
  readonly address: string;
  private readonly options: SftpConnectionOptions;
  private readonly scope = new Scope();
  /** With the end of each one's work. */
  private readonly sessions = new Map<SftpSession, Promise<void>>();
  private client: SshConnection | null = null;
  private accepted: StoredSftpLogin | null = null;
  private failures = 0;
  private channels = 0;
  private files: SessionFiles | null = null;
  private lastActivity: number;
  /** The socket's counts of bytes when some last went out, and what was sent since. */
  private written = 0;
  private readThen = 0;
  private sentSince = 0;

  constructor(options: SftpConnectionOptions) {
    this.options = options;
    const { socket, server } = options;
    this.address = socket.remoteAddress ?? '';
    this.lastActivity = options.now();
    socket.on('close', () => this.onClosed());
    socket.on('error', () => {});
    const cancelGrace = this.scope.timeout(() => socket.destroy(), loginGraceMs);
    this.scope.interval(() => this.endIfIdle(), idleMs / 30);
    server.on('connection', (client) => this.onClient(client, cancelGrace));
    server.injectSocket(socket);
    socket.on('data', () => this.guard());
    socket.on('drain', () => this.wakeAll());
  }

  /** Whose it is; null before the login. */
  get login(): StoredSftpLogin | null {
    return this.accepted;
  }

  /** At once: nothing more is carried out. The client gets a goodbye if it takes it. */
  end(): void {
    this.killAll();
    this.client?.end();
    this.options.socket.end();
    this.scope.timeout(() => this.options.socket.destroy(), goodbyeMs);
  }

  /** Resolves when no request is being carried out any more and all files are closed. */
  async finished(): Promise<void> {
    await Promise.all(this.sessions.values());
  }

  private killAll(): void {
    for (const session of this.sessions.keys()) session.kill();
  }

  private onClosed(): void {
    this.killAll();
    this.scope.close();
    this.options.onClose();
  }

  private onClient(client: SshConnection, cancelGrace: () => void): void {
    this.client = client;
    client.on('error', (error) => {
      this.options.log.debug({ problem: error.message }, 'an SSH connection failed');
      this.end();
    });
    client.on('authentication', (context) => {
      this.authenticate(context, cancelGrace).catch((error) => {
        this.options.log.error({ err: error }, 'an SFTP login failed in a way that nobody foresaw');
        this.end();
      });
    });
    client.on('session', (accept, reject) => {
      if (this.channels >= maxChannels) reject();
      else this.onSession(accept());
    });
  }

  private async authenticate(context: AuthContext, cancelGrace: () => void): Promise<void> {
    if (context.method !== 'password') return context.reject(['password']);
    const login = await this.options.logIn(context.username, context.password);
    if (this.scope.isClosed) return;
    const files = login && this.options.admit(login);
    if (!login || !files) {
      this.failures += 1;
      if (this.failures >= maxFailures) this.end();
      else context.reject(['password']);
      return;
    }
    cancelGrace();
    this.accepted = login;
    this.files = files;
    this.lastActivity = this.options.now();
    context.accept();
  }

  private onSession(session: Session): void {
    this.channels += 1;
    session.on('close', () => {
      this.channels -= 1;
    });
    session.on('subsystem', (accept, reject, { name }) => {
      if (name === 'sftp') this.serve(session, accept());
      else reject?.();
    });
    session.on('exec', (accept) => refuse(accept()));
    session.on('shell', (accept) => refuse(accept()));
  }

  private serve(session: Session, channel: ServerChannel): void {
    const { accepted, files, options } = this;
    if (!accepted || !files) return;
    channel.on('error', () => {});
    const sftp: SftpSession = new SftpSession({
      ...files,
      channel,
      transport: this.transport,
      onActivity: () => {
        this.lastActivity = options.now();
      },
      record: (action, detail, result) => options.record(accepted, action, detail, result),
      now: options.now,
      log: options.log,
    });
    session.on('close', () => sftp.kill());
    const running = sftp.run().then(() => {
      this.sessions.delete(sftp);
    });
    this.sessions.set(sftp, running);
  }

  /**
   * ssh2 holds replies back in three places: the channel (the client grants no window), itself (keys are being renewed), the
   * socket (the client doesn't read). The middle one can't be seen; it shows as bytes that were sent while none went out.
   */
  private readonly transport: Transport = {
    sent: (bytes) => {
      this.noteProgress();
      this.sentSince += bytes;
    },
    backlog: () => {
      this.noteProgress();
      return Math.max(this.sentSince, this.options.socket.writableLength);
    },
  };

  private noteProgress(): void {
    const { bytesWritten, bytesRead } = this.options.socket;
    if (bytesWritten === this.written) return;
    this.written = bytesWritten;
    this.readThen = bytesRead;
    this.sentSince = 0;
  }

  /** ssh2 answers small requests by itself and doesn't enforce its windows: who abuses that is cut off. */
  private guard(): void {
    const { socket, log } = this.options;
    this.noteProgress();
    const incoming = [...this.sessions.keys()].reduce((sum, session) => sum + session.waiting, 0);
    const isFlood =
      socket.writableLength > maxOutgoing ||
      incoming > maxIncoming ||
      socket.bytesRead - this.readThen > maxUnanswered;
    if (!isFlood) return;
    log.warn({ address: this.address }, 'an SFTP client flooded its connection, which was closed');
    socket.destroy();
  }

  private wakeAll(): void {
    for (const session of this.sessions.keys()) session.wake();
  }

  private endIfIdle(): void {
    if (this.accepted && this.options.now() - this.lastActivity > idleMs) this.end();
  }
}

/** A shell or a command: the reason where a person sees it, and an exit code that scripts see. */
function refuse(channel: ServerChannel): void {
  channel.on('error', () => {});
  channel.stderr.on('error', () => {});
  channel.stderr.write(sorry);
  channel.exit(1);
  channel.end();
}
