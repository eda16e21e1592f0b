import type { PowerAction } from '../../shared/protocol/client-events.ts';
import type { HostWatch } from './contract.ts';
import type { DeepLink } from './deep-links.ts';
import { strings } from './shell-strings.ts';
import { waitForWatch } from './wait-for-watch.ts';

export interface FollowOptions {
  watch: HostWatch;
  /** Shows the window at that path of the page. */
  show: (path: string) => void;
  /** Resolves once the window can be seen, or won't be. */
  shown: () => Promise<unknown>;
  /** Whether the user wants what the title asks; `action` is the button that means yes. */
  confirm: (title: string, action: string) => Promise<boolean>;
  power: (serverId: string, action: PowerAction) => Promise<void>;
  signal?: AbortSignal;
  /** How long the host's list is waited for, in ms: a link may have started the app. */
  waitMs?: number;
}

/** Goes where a link leads; what would change something is asked about first. Nothing is asked about a server that there isn't. Never rejects. */
export async function followLink(link: DeepLink, options: FollowOptions): Promise<void> {
  const { watch, show, shown, confirm, power, signal, waitMs = 10_000 } = options;
  if ('path' in link) {
    show(link.path);
    return;
  }
  show(`/servers/${link.serverId}`);
  const find = () => watch.servers?.find(({ internal_id }) => internal_id === link.serverId);
  // Whoever starts the app with a link sees its window before the host has told its servers.
  const [isKnown] = await Promise.all([
    waitForWatch(watch, () => watch.servers !== null, { ms: waitMs, signal }),
    shown(),
  ]);
  const server = isKnown ? find() : undefined;
  if (!server) return;
  const { title, action } = strings.linkAsks[link.ask](server.name);
  if (await confirm(title, action)) await power(link.serverId, link.ask);
}
