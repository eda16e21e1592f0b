import type { ComponentType, ReactNode } from 'react';
import type { HostInfo, ServerSummary } from '../../shared/model/host.ts';
import type { Scope } from '../../shared/scopes.ts';
import type { Permission } from '../ui/permission.ts';
import type { Theme } from '../ui/use-preferences.ts';

/** An icon in the size that is asked for, in pixels. */
type FeatureIcon = ComponentType<{ size?: number }>;

/** What is searched in the palette: the name that is shown, and what else it is known by. */
export interface Searchable {
  label: string;
  keywords: string;
}

/** A page of the host. A feature gives it in its `page.ts`; `pages.ts` lists them. */
export interface AppPage {
  /** Never changes: the palette remembers pages by it. */
  id: string;
  /** Its address, one name behind a slash. */
  path: string;
  /** Whether everything below its address belongs to it, too. */
  hasSubpages: boolean;
  /** What the sidebar and the window's title call it. */
  label: string;
  icon: FeatureIcon;
  /** Where the sidebar has it: above the servers, or below them as a button or a link. */
  place: 'top' | 'button' | 'bottom';
  Page: ComponentType;
  /** Whether the page has something for that token; left out: whatever it may. */
  isOffered?: (permission: Permission) => boolean;
  /** What the palette calls it, and what else people do. */
  command: Searchable;
}

/** A tab of a server's page. A feature gives it in its `tab.ts`; `server-tabs.ts` lists them. */
export interface ServerTab {
  /** Its name in the address, `/servers/ID/NAME`. Never changes: the palette remembers tabs by it. */
  id: string;
  label: string;
  /** What the palette calls it, behind the server's name. */
  commandLabel: string;
  icon: FeatureIcon;
  /** What a token must have for it to be offered; null: whoever sees the server. */
  scope: Scope | null;
  Panel: ComponentType<{ server: ServerSummary }>;
}

/** What choosing a command does: it leads to a page, or does something. What could do harm has a question, and is done after its answer. */
type CommandAction = { to: string } | { run: () => void; question?: CommandQuestion };

export interface CommandQuestion {
  title: string;
  text: string;
  /** The verb on the button. */
  action: string;
}

/** Something that the palette finds. A feature gives its own in its `commands.tsx`; `commands.ts` lists those sources. */
export interface PaletteCommand extends Searchable {
  /** Stays the same over time, so that it can be remembered. */
  id: string;
  kind: 'servers' | 'actions' | 'pages' | 'settings' | 'files';
  mark: ReactNode;
  /** What stands beside the name. */
  beside?: string;
  /** Too many to be listed unasked. */
  isOnlyFound: boolean;
  action: CommandAction;
}

/** What the commands of a moment depend on. */
export interface CommandContext {
  servers: readonly ServerSummary[];
  /** What the host tells of itself; null until it has. */
  host: HostInfo | null;
  isDesktop: boolean;
  permission: Permission;
  setTheme: (theme: Theme) => void;
  /** The path of the page that is open. */
  place: string;
}

/** The server whose page is open. */
export const serverAt = ({
  place,
  servers,
}: Pick<CommandContext, 'place' | 'servers'>): ServerSummary | undefined =>
  servers.find(({ internal_id: id }) => place === `/servers/${id}` || place.startsWith(`/servers/${id}/`));

/** Everything of a feature that can be chosen now: what a state forbids isn't in it. */
export type CommandSource = (context: CommandContext) => PaletteCommand[];

/** Commands that have to be loaded or asked for first. The palette does that when it is opened, and finds the others meanwhile. */
export interface LateCommands {
  /** Of the answer: the same key, the same commands. */
  key: readonly unknown[];
  load: (signal: AbortSignal) => Promise<PaletteCommand[]>;
}

/** Null: nothing at this place, or for this token. */
export type LateCommandSource = (context: CommandContext) => LateCommands | null;
