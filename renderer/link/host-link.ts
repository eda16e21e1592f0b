import type { Connection } from '../../shared/model/connection.ts';
import { closeCodes } from '../../shared/protocol/close-codes.ts';
import { parseFrame } from '../../shared/protocol/parse.ts';
import { hostEventSchema } from '../../shared/protocol/server-events.ts';
import { applyHostEvent, type HostState, unknownHost } from '../state/host-state.ts';
import { findConnection, forgetToken, isDesktop, isTokenRefused, keepToken } from './credentials.ts';

/** `since`: Unix milliseconds. `problem`: why the last token was not accepted, in words. */
export type LinkStatus =
  | { status: 'connecting' }
  | { status: 'online' }
  | { status: 'offline'; since: number }
  | { status: 'sign-in'; problem: string | null };

export interface LinkView {
  link: LinkStatus;
  state: HostState;
}

const firstRetryMs = 500;
const longestRetryMs = 10_000;
const refusedWords = 'The host does not accept this token. Copy it again, or ask for a new one.';

/** The page's connection to the host's socket: connects, parses, and connects again with back-off for as long as the page lives. */
export class HostLink {
  private view: LinkView = { link: { status: 'connecting' }, state: unknownHost };
  private readonly listeners = new Set<() => void>();
  private retries = 0;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly snapshot = (): LinkView => this.view;

  async start(): Promise<void> {
    const connection = await findConnection();
    if (connection) this.connect(connection);
    else this.show({ status: 'sign-in', problem: null });
  }

  signIn(token: string): void {
    keepToken(token.trim());
    this.retries = 0;
    this.show({ status: 'connecting' });
    void this.start();
  }

  private connect(connection: Connection): void {
    const address = new URL('/ws', connection.url.replace(/^http/, 'ws'));
    address.searchParams.set('token', connection.token);
    const socket = new WebSocket(address);
    let opened = false;
    socket.onopen = () => {
      opened = true;
      this.retries = 0;
      this.show({ status: 'online' });
    };
    socket.onmessage = ({ data }) => {
      const parsed = parseFrame(hostEventSchema, String(data));
      // What we don't know comes from a newer host; it is no reason to fail.
      if (parsed.ok) this.publish({ ...this.view, state: applyHostEvent(this.view.state, parsed.value) });
    };
    socket.onclose = ({ code, reason }) => void this.lost(connection, opened, code, reason);
  }

  private async lost(connection: Connection, opened: boolean, code: number, reason: string): Promise<void> {
    if (code === closeCodes.tokenExpired.code || code === closeCodes.tokenRevoked.code) {
      return this.askForToken(`The host ended the connection: ${reason}. Sign in with a new token.`);
    }
    if (!opened && !isDesktop() && (await isTokenRefused(connection))) return this.askForToken(refusedWords);
    const { link } = this.view;
    this.show({ status: 'offline', since: link.status === 'offline' ? link.since : Date.now() });
    const delay = Math.min(longestRetryMs, firstRetryMs * 2 ** this.retries) * (1 - 0.3 * Math.random());
    this.retries += 1;
    setTimeout(() => void this.start(), delay);
  }

  private askForToken(problem: string): void {
    forgetToken();
    this.publish({ link: { status: 'sign-in', problem }, state: unknownHost });
  }

  private show(link: LinkStatus): void {
    this.publish({ ...this.view, link });
  }

  private publish(view: LinkView): void {
    this.view = view;
    for (const listener of [...this.listeners]) listener();
  }
}
