import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { useStore } from 'zustand';
import type { GameId } from '../../../shared/model/game.ts';
import type { ServerSummary } from '../../../shared/model/host.ts';
import { stateLabel } from '../../../shared/model/labels.ts';
import { hasCrashed } from '../../../shared/model/server.ts';
import { hostText } from '../../../shared/texts/host-text.ts';
import { findServer, type HostView, hostStore } from '../../state/host-store.ts';
import { glyphOf } from '../../ui/game-glyphs.ts';
import { pages } from '../pages.ts';
import { strings } from './strings.ts';

/** Whether somebody should look at this server. */
const isTroubled = (server: ServerSummary): boolean =>
  server.state === 'failed' || (server.state === 'exit' && hasCrashed(server.last_exit));

/** What the window's title says: how many need attention, where we are, and that the host or its engine is away. */
export function titleOf(view: HostView, path: string): string {
  const troubled = view.servers?.filter(isTroubled).length ?? 0;
  const trouble =
    view.link.status === 'offline'
      ? strings.titleOffline
      : view.host?.engine.status === 'down'
        ? strings.titleNoDocker
        : view.host?.store?.status === 'failing'
          ? strings.titleCantSave
          : null;
  return [
    troubled > 0 ? `(${troubled})` : null,
    trouble && `${trouble} ·`,
    placeOf(view, path),
    '– Lightdeck',
  ]
    .filter((part) => part !== null)
    .join(' ');
}

const pageNames = new Map(pages.map(({ path, label }) => [path, label]));

function placeOf(view: HostView, path: string): string {
  const [first = '', second = ''] = path.split('/').slice(1);
  const server = first === 'servers' ? findServer(view, decodeURIComponent(second)) : undefined;
  if (!server) return pageNames.get(`/${first}`) ?? strings.notFound;
  return `${server.name}: ${hostText(stateLabel(server))}`;
}

/** Shape and colour of the tab's icon. */
type Mark = 'good' | 'bad' | 'unknown';

function markOf(view: HostView): Mark {
  if (view.link.status !== 'online' || view.host?.engine.status === 'down') return 'unknown';
  return view.servers?.some(isTroubled) ? 'bad' : 'good';
}

const shapes: Record<Mark, string> = {
  good: '<rect x="2" y="2" width="12" height="12" rx="3.5" fill="%233b52cc"/><path d="M5.5 8h5M5.5 5.5h5M5.5 10.5h3" stroke="white" stroke-width="1.4" stroke-linecap="round"/>',
  bad: '<path d="M8 1 15.5 14.5H.5z" fill="%23c0303a"/><path d="M8 6v4M8 12v.6" stroke="white" stroke-width="1.6" stroke-linecap="round"/>',
  unknown:
    '<circle cx="8" cy="8" r="6" fill="none" stroke="%237a7f88" stroke-width="2.5" stroke-dasharray="4 2.5"/>',
};

/** The game of the server that is open, while nothing is wrong; else what is. */
function iconOf(mark: Mark, game: GameId | null): string {
  if (mark !== 'good' || game === null)
    return `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>${shapes[mark].replaceAll('"', "'")}</svg>`;
  const { hue, path } = glyphOf(game);
  const tile = `<rect width='24' height='24' rx='5' fill='hsl(${hue},60%25,91%25)'/>`;
  const lines = `<path transform='translate(3 3) scale(.75)' d='${path}' fill='none' stroke='hsl(${hue},65%25,28%25)' stroke-width='2.4'/>`;
  return `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'>${tile}${lines}</svg>`;
}

/** Null on other pages, and for what is no game that we know. */
function gameAt(view: HostView, path: string): GameId | null {
  const [first = '', second = ''] = path.split('/').slice(1);
  return first === 'servers' ? (findServer(view, decodeURIComponent(second))?.game?.id ?? null) : null;
}

function showIcon(svg: string): void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (icon) icon.href = `data:image/svg+xml,${svg}`;
}

/** Keeps title and icon of the window true, so that a tab in the background tells too. */
export function PageTitle() {
  const [path] = useLocation();
  const title = useStore(hostStore.store, (view) => titleOf(view, path));
  const svg = useStore(hostStore.store, (view) => iconOf(markOf(view), gameAt(view, path)));
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => showIcon(svg), [svg]);
  return null;
}
