import { createStore } from 'zustand/vanilla';
import { ping } from '../../shared/http/ping.ts';
import { vendorType } from '../../shared/http/route.ts';
import type { Connection } from '../../shared/model/connection.ts';
import { browserPlace, desktopConnection, isDesktop, type TokenPlace, takeLinkToken } from './credentials.ts';

/** Whether there is a token to work with. `problem`: why the last one was not accepted, in words. */
export type SessionState =
  | { status: 'looking' }
  | { status: 'signed-in'; connection: Connection }
  | { status: 'sign-in'; problem: string | null };

const store = createStore<SessionState>(() => ({ status: 'looking' }));

/** The one place that knows whether the page runs in the desktop app or in a browser, and which token it has. */
export const session = {
  store,

  /** Null while nobody is signed in. */
  connection(): Connection | null {
    const state = store.getState();
    return state.status === 'signed-in' ? state.connection : null;
  },

  async start(place: TokenPlace = browserPlace): Promise<void> {
    const desktop = await desktopConnection();
    if (desktop) return become({ status: 'signed-in', connection: desktop });
    const fromLink = takeLinkToken();
    if (fromLink) place.write(fromLink, false);
    const token = fromLink ?? place.read();
    become(token ? signedIn(token) : { status: 'sign-in', problem: null });
  },

  signIn(token: string, forGood: boolean, place: TokenPlace = browserPlace): void {
    place.clear();
    place.write(token, forGood);
    become(signedIn(token));
  },

  /** The host refuses the token: asks for another one. In the desktop app, whose token can have been renewed, it is fetched anew. */
  refused(problem: string, place: TokenPlace = browserPlace): void {
    if (isDesktop()) {
      become({ status: 'looking' });
      setTimeout(() => void session.start(place), 1000);
      return;
    }
    place.clear();
    become({ status: 'sign-in', problem });
  },

  signOut(place: TokenPlace = browserPlace): void {
    place.clear();
    become({ status: 'sign-in', problem: null });
  },
};

function become(state: SessionState): void {
  store.setState(state, true);
}

function signedIn(token: string): SessionState {
  return { status: 'signed-in', connection: { url: window.location.origin, token } };
}

/** Why this token can't be worked with, in words. Null if it can, and if the host can't be reached: that proves nothing. */
export async function tokenRefusal({ url, token }: Connection): Promise<string | null> {
  try {
    const headers = { authorization: `Bearer ${token}`, accept: vendorType };
    const limit = AbortSignal.timeout(5_000);
    const { status } = await fetch(`${url}/containers`, { headers, signal: limit });
    if (status === 403)
      return 'This token is not permitted to see the servers (containers.read). Ask the host’s owner for one that is.';
    return status === 401
      ? 'The host does not accept this token. Copy it again, or ask for a new one.'
      : null;
  } catch {
    return null;
  }
}

/** Whether a Lightdeck answers at this address at all. */
export async function isHostThere(url: string): Promise<boolean> {
  try {
    const reply = await fetch(url + ping.path, { signal: AbortSignal.timeout(5_000) });
    return reply.ok && ping.reply.safeParse(await reply.json()).success;
  } catch {
    return false;
  }
}
