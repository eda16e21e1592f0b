import { createStore } from 'zustand/vanilla';
import { probeToken } from '../../client/token-probe.ts';
import type { Connection } from '../../shared/model/connection.ts';
import { hostText } from '../../shared/texts/host-text.ts';
import {
  browserPlace,
  desktopConnection,
  hasLinkCredential,
  isDesktop,
  type TokenPlace,
  takeLinkCredential,
} from './credentials.ts';
import { exchange, Renewal } from './renewal.ts';
import { strings } from './strings.ts';

/** Whether there is a token to work with. `problem`: why the last one was not accepted, in words. */
type SessionState =
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

  /** Whether the page has no token since the host refused the last one, and not by a wish to sign out. */
  isTurnedAway(): boolean {
    const state = store.getState();
    return state.status === 'looking' || (state.status === 'sign-in' && state.problem !== null);
  },

  async start(place: TokenPlace = browserPlace): Promise<void> {
    const desktop = await desktopConnection();
    if (desktop) return become({ status: 'signed-in', connection: desktop });
    const link = takeLinkCredential();
    if (link?.kind === 'pair') {
      const kept = place.read();
      const problem = await session.pair(link.secret, false, place);
      // Any page can lead here with a link that is none: who was signed in stays so.
      if (problem !== null && kept !== null) goOnWith(kept, place);
      else if (problem !== null) become({ status: 'sign-in', problem });
      return;
    }
    const kept = place.read();
    if (link && kept !== null && kept !== link.secret) {
      const isGood = (await tokenProblem({ url: window.location.origin, token: link.secret })) === null;
      if (isGood && window.confirm(strings.replace)) session.signIn(link.secret, false, place);
      else goOnWith(kept, place);
      return;
    }
    if (link && kept === null) place.write(link.secret, false);
    const token = link?.secret ?? kept;
    become(token ? signedIn(token) : { status: 'sign-in', problem: null });
    if (token) renewal.plan(token, place);
  },

  /** A link that is opened where the page is open already changes only what is behind `#`, and loads nothing. Gives its disposer. */
  followLinks(place: TokenPlace = browserPlace): () => void {
    const onHashChange = (): void => {
      if (hasLinkCredential()) void session.start(place);
    };
    window.addEventListener('hashchange', onHashChange);
    return () => window.removeEventListener('hashchange', onHashChange);
  },

  /** Exchanges the single-use secret of a pairing link for a session. Why it did not work, in words; null if it did. */
  async pair(secret: string, forGood: boolean, place: TokenPlace = browserPlace): Promise<string | null> {
    const result = await exchange(window.location.origin, secret);
    if (!result.ok) return result.problem;
    session.signIn(result.token, forGood, place);
    place.writeExpiry(result.expiresAt);
    renewal.plan(result.token, place);
    return null;
  },

  /** Signs in with a token that the host takes. Why it doesn’t, in words; null if it does. */
  async tryToken(token: string, forGood: boolean): Promise<string | null> {
    const problem = await tokenProblem({ url: window.location.origin, token });
    if (problem === null) session.signIn(token, forGood);
    return problem;
  },

  signIn(token: string, forGood: boolean, place: TokenPlace = browserPlace): void {
    place.clear();
    place.write(token, forGood);
    become(signedIn(token));
  },

  /** The host refuses the token: asks for another one. In the desktop app, whose token can have been renewed, it is fetched anew. */
  refused(problem: string, place: TokenPlace = browserPlace): void {
    if (isDesktop()) {
      // Each socket tells it; it is fetched once.
      if (store.getState().status === 'looking') return;
      become({ status: 'looking' });
      setTimeout(() => void session.start(place), 1000);
      return;
    }
    // Another tab may have renewed it.
    const kept = place.read();
    if (kept !== null && kept !== session.connection()?.token) {
      become(signedIn(kept));
      renewal.plan(kept, place);
      return;
    }
    renewal.stop();
    place.clear();
    become({ status: 'sign-in', problem: hostText(problem) });
  },

  signOut(place: TokenPlace = browserPlace): void {
    renewal.stop();
    place.clear();
    become({ status: 'sign-in', problem: null });
  },
};

function goOnWith(token: string, place: TokenPlace): void {
  become(signedIn(token));
  renewal.plan(token, place);
}

const renewal = new Renewal({
  url: () => window.location.origin,
  onRenewed: (token) => become(signedIn(token)),
});

function become(state: SessionState): void {
  store.setState(state, true);
}

function signedIn(token: string): SessionState {
  return { status: 'signed-in', connection: { url: window.location.origin, token } };
}

async function tokenProblem(connection: Connection): Promise<string | null> {
  const answer = await probeToken(connection);
  if (answer === null) return strings.unreachable;
  if (answer.status === 429) return strings.tooMany;
  if (answer.status !== 401) return null;
  return answer.error === 'Token expired' ? strings.expired : strings.unknown;
}
