import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { LightdeckError } from '../../shared/errors.ts';
import { maxClientFrame } from '../../shared/protocol/client-events.ts';
import { type CloseReason, closeCodes } from '../../shared/protocol/close-codes.ts';
import type { Audit } from '../audit/contract.ts';
import type { Auth, Grant } from '../auth/contract.ts';
import type { HostNews } from '../feature/host-news.ts';
import type { HostInfoSource } from '../host/info.ts';
import { type ClientAddress, directAddress } from '../lib/client-address.ts';
import { Limiter } from '../lib/limiter.ts';
import type { Log } from '../lib/log.ts';
import { pause } from '../lib/pause.ts';
import { Scope } from '../lib/scope.ts';
import type { Operations } from '../operations/operations.ts';
import type { Registry } from '../servers/registry/registry.ts';
import type { StatsSampler } from '../stats/contract.ts';
import { ClientConnection } from './connection.ts';
import { recordEvent } from './event-record.ts';
import { HostSession } from './host-session.ts';
import { OutgoingBudget } from './outgoing-budget.ts';
import { ServerSession } from './server-session.ts';
import { SocketLimits } from './socket-limits.ts';
import { parseTarget, type Target } from './target.ts';

export interface SocketServerOptions {
  auth: Pick<Auth, 'authenticate' | 'onRevoked'>;
  audit: Audit;
  registry: Pick<Registry, 'channel' | 'server' | 'exists' | 'leave' | 'summaries' | 'onEvent'>;
  sampler: Pick<StatsSampler, 'want' | 'onSample'>;
  hostInfo: Pick<HostInfoSource, 'current' | 'onChange'>;
  news: Pick<HostNews, 'on'>;
  operations: Pick<Operations, 'running'>;
  log: Log;
  /** Default: whoever is connected. */
  clientAddress?: ClientAddress;
  /** Bytes that may wait for all clients together. */
  maxOutgoing?: number;
  /** S16, in ms; tests shorten it. */
  pingEveryMs?: number;
}

/** More sockets than this are refused (503): each one may hold a megabyte. */
const maxConnections = 4096;
/** Long histories that are read and put into frames at the same time: each takes some megabytes for a moment. */
const logReadsAtOnce = 1;
/** How long after a sleep of the machine, or a change of its clock, a token's end is noticed at the latest, in ms (S3). */
const tokenCheckMs = 1000;
/** What queued frames get at an orderly stop, in ms (S16). */
const flushMs = 2000;

type Refusal = { ok: false; status: number; problem: string };
type Admitted = {
  ok: true;
  grant: Grant;
  target: Target;
  address: string;
  localAddress: string | undefined;
};
type Admission = Admitted | Refusal;

const authFailures = {
  refused: { ok: false, status: 401, problem: 'Missing or invalid authorization token' },
  limited: { ok: false, status: 429, problem: 'Too many failed authentications; wait a minute' },
} as const satisfies Record<string, Refusal>;

/** The WebSocket side of the host: accepts or refuses upgrades, and owns every open socket (S1–S5, S16). */
export class SocketServer {
  private readonly options: SocketServerOptions;
  private readonly wss: WebSocketServer;
  private readonly scope = new Scope();
  private readonly connections = new Set<ClientConnection>();
  private readonly limits = new SocketLimits();
  private readonly budget: OutgoingBudget;
  private readonly logReads = new Limiter(logReadsAtOnce);
  private readonly localAddresses = new WeakMap<ClientConnection, string | undefined>();
  private closing = false;

  constructor(options: SocketServerOptions) {
    this.options = options;
    this.budget = new OutgoingBudget(options.maxOutgoing);
    this.scope.add(() => this.logReads.close());
    this.wss = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      // Compression costs more than twice the CPU on a LAN (docs/decisions).
      perMessageDeflate: false,
      maxPayload: maxClientFrame,
    });
    const every = options.pingEveryMs ?? 30_000;
    this.scope.interval(() => this.ping(every * 2), every);
    this.scope.interval(() => {
      for (const connection of this.connections) connection.checkToken();
    }, tokenCheckMs);
    this.scope.add(options.auth.onRevoked((id) => this.cut(id)));
  }

  get size(): number {
    return this.connections.size;
  }

  /** Takes the HTTP server's `upgrade` event. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    try {
      this.answerUpgrade(request, socket, head);
    } catch (error) {
      // Nobody above could tell the client.
      this.options.log.error({ err: error }, 'a socket could not be opened');
      socket.destroy();
    }
  }

  private answerUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const admitted = this.admitOrSorry(request);
    if (admitted.ok) {
      this.wss.handleUpgrade(request, socket, head, (ws) => this.open(ws, socket, admitted));
    } else {
      refuse(socket, admitted.status, admitted.problem);
    }
  }

  /**
   * A store that can't say who it is, or can't use a single-use token up, is no refusal of the token, and must not end the process:
   * nobody catches what an event's listener throws.
   */
  private admitOrSorry(request: IncomingMessage): Admission {
    try {
      return this.admit(request);
    } catch (error) {
      if (error instanceof LightdeckError) return { ok: false, status: error.status, problem: error.message };
      this.options.log.error({ err: error }, 'a socket could not be admitted');
      return {
        ok: false,
        status: 503,
        problem: 'The host cannot check the token now; try again in a moment',
      };
    }
  }

  /** The token comes last: whatever else is wrong must not consume a single-use one (S2). */
  private admit(request: IncomingMessage): Admission {
    if (this.closing) return { ok: false, status: 503, problem: 'The host is stopping' };
    if (this.connections.size >= maxConnections) {
      return { ok: false, status: 503, problem: 'Too many open sockets on this host' };
    }
    const target = parseTarget(request);
    if (!target.ok) return target;
    const { clientAddress = directAddress } = this.options;
    const address = clientAddress(request) || 'unknown';
    const crowded = this.limits.refuseAddress(address);
    if (crowded !== null) return { ok: false, status: 429, problem: crowded };
    const result = this.options.auth.authenticate(target.token, address);
    if (!result.ok) return authFailures[result.reason === 'rate_limited' ? 'limited' : 'refused'];
    const { grant } = result;
    const { serverId } = target;
    const mayConnect =
      serverId === null ? grant.may('containers.read') : grant.may('containers.read', serverId);
    const tooMany = this.limits.refuseToken(grant.tokenId);
    if (mayConnect && tooMany !== null) return { ok: false, status: 429, problem: tooMany };
    return mayConnect
      ? { ok: true, grant, target, address, localAddress: request.socket.localAddress }
      : { ok: false, status: 403, problem: 'not permitted: containers.read' };
  }

  private open(ws: WebSocket, socket: Duplex, { grant, target, address, localAddress }: Admitted): void {
    const { registry, log } = this.options;
    let session: ServerSession | HostSession | null = null;
    const connection: ClientConnection = new ClientConnection({
      ws,
      socket,
      grant,
      budget: this.budget,
      onText: (text) => session?.text(text),
      onRoom: () => session?.room(),
      onClosed: () => {
        this.connections.delete(connection);
        if (target.serverId !== null) registry.leave(target.serverId);
      },
      onFailed: (error) =>
        log.error({ err: error, server: target.serverId, address }, 'a socket failed and was closed'),
    });
    this.connections.add(connection);
    connection.scope.add(this.limits.add(grant.tokenId, address));
    this.localAddresses.set(connection, localAddress);
    connection.guard(() => {
      session =
        target.serverId === null
          ? this.hostSession(connection, target.stats)
          : this.serverSession({ connection, target, address }, target.serverId);
    });
  }

  private serverSession(
    { connection, target, address }: { connection: ClientConnection; target: Target; address: string },
    serverId: string,
  ): ServerSession {
    const { registry, sampler, audit } = this.options;
    const { grant } = connection;
    return new ServerSession({
      connection,
      channel: registry.channel(serverId),
      serverId,
      findServer: () => registry.server(serverId),
      isBeingSetUp: () => registry.exists(serverId),
      twins: target.twins,
      after: target.after,
      logReads: this.logReads,
      wantStats: () => sampler.want(serverId),
      onHandled: (event, refused) => recordEvent(audit, { grant, address, serverId, event, refused }),
    });
  }

  private hostSession(connection: ClientConnection, wantsStats: boolean): HostSession {
    return new HostSession({ ...this.options, connection, wantsStats });
  }

  private ping(silentMs: number): void {
    const since = performance.now() - silentMs;
    for (const connection of this.connections) connection.checkAlive(since);
  }

  /** The master token was changed: whoever came with the old one goes (4002). */
  endMasterSessions(): void {
    this.cut(null);
  }

  /** S3: a revoked token ends its sockets at once. Null is the master token. */
  private cut(tokenId: string | null): void {
    for (const connection of this.connections) {
      if (connection.grant.tokenId === tokenId) connection.close(closeCodes.tokenRevoked);
    }
  }

  /** How many sockets this token has open. */
  openWith(tokenId: string): number {
    return this.limits.openWith(tokenId);
  }

  /** Ends the sockets that came through an address of ours which is not served any more. */
  endThrough(isServed: (localAddress: string | undefined) => boolean): void {
    for (const connection of this.connections) {
      if (!isServed(this.localAddresses.get(connection))) connection.close(closeCodes.sharingEnded);
    }
  }

  /** Ends every socket with `reason` (default: host is stopping) after its queued frames, 2 s at most (S16). */
  async close(reason: CloseReason = closeCodes.hostStopping): Promise<void> {
    this.closing = true;
    const all = [...this.connections];
    for (const connection of all) connection.close(reason);
    const deadline = Date.now() + flushMs + 500;
    while (this.connections.size > 0 && Date.now() < deadline) await pause(10, { keepsAlive: true });
    this.scope.close();
    this.wss.close();
  }
}

const reasons: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
  507: 'Insufficient Storage',
};

/** Answers an upgrade with an ordinary HTTP error. */
function refuse(socket: Duplex, status: number, error: string): void {
  const body = JSON.stringify({ error });
  socket.end(
    `HTTP/1.1 ${status} ${reasons[status] ?? 'Error'}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
  // A peer that never reads the refusal must not hold its socket.
  setTimeout(() => socket.destroy(), 2000).unref();
}
