import type { z } from 'zod';
import type { pairBrowser } from '../../../shared/http/sharing.ts';
import { type GrantableScope, grantableScopes } from '../../ui/scope-labels.ts';

type PairingRequest = z.input<typeof pairBrowser.body>;

/** What the owner gives along with a link. */
export interface PairingChoice {
  /** `own`: a device of the owner's, which may all but make tokens. `friend`: what is chosen below. */
  whose: 'friend' | 'own';
  /** The server's id; null: all of them. */
  server: string | null;
  scopes: readonly GrantableScope[];
  /** When the access ends for good (`1h`, `7d`); null: 12 hours after it was last used. */
  ttl: string | null;
}

/** To watch one server, type into it, and start and stop it. */
const usual: readonly GrantableScope[] = ['containers.read', 'console.read', 'console.send', 'power'];

/** To look on. */
const looking: readonly GrantableScope[] = ['containers.read', 'console.read'];

/** The least that somebody is let in for: one server, for a day, without its files and settings. Where there is none yet, only to look on. */
export function leastChoice(servers: readonly { internal_id: string }[]): PairingChoice {
  const [first] = servers;
  return {
    whose: 'friend',
    server: first?.internal_id ?? null,
    scopes: first ? usual : looking,
    ttl: '1d',
  };
}

/** Why this can't be a link, as a code; null if it can. */
export function choiceProblem({ whose, scopes }: PairingChoice): 'nothing' | 'unseen' | null {
  if (whose === 'own') return null;
  if (scopes.length === 0) return 'nothing';
  // Without it the page has nothing to show.
  return scopes.includes('containers.read') ? null : 'unseen';
}

/** The request for a link of this choice. Nothing is given that isn't chosen. */
export function pairingRequest({ whose, server, scopes, ttl }: PairingChoice): PairingRequest {
  if (whose === 'own') return { scopes: null, containers: null, ttl: null };
  return {
    scopes: grantableScopes.filter((scope) => scopes.includes(scope)),
    containers: server === null ? null : [server],
    ttl,
  };
}
