import { LightdeckError } from '../../../shared/errors.ts';
import type { PortBinding, WireState } from '../../../shared/model/server.ts';
import type { StoredServer } from '../../store/contract.ts';
import { restoreMachine } from '../machine/restore.ts';
import { wireState } from '../machine/state.ts';

/** Servers of one page. */
export const serversPerPage = 20;

export interface ServerLine {
  internal_id: string;
  name: string;
  image: string;
  /** As it was last written down: a host that was killed could not correct it. */
  state: WireState;
  ports: PortBinding[];
}

export interface ServerPage {
  page: number;
  pages: number;
  total: number;
  servers: ServerLine[];
}

/** A14 `--servers PAGE`, counted from 1. Throws LightdeckError `invalid` for a page that isn't there. */
export function serverPage(stored: StoredServer[], page: number): ServerPage {
  const pages = Math.max(1, Math.ceil(stored.length / serversPerPage));
  if (page > pages) {
    throw new LightdeckError(
      'invalid',
      `There is no page ${page}: ${stored.length} servers, ${pages} pages.`,
    );
  }
  const servers = stored.slice((page - 1) * serversPerPage, page * serversPerPage).map(line);
  return { page, pages, total: stored.length, servers };
}

function line(stored: StoredServer): ServerLine {
  const { internal_id, name, image, ports } = stored.definition;
  const state = restoreMachine(stored, '');
  const { phase } = state;
  // Who only reads doesn't ask the engine; what was known is all there is to tell.
  const known = phase.name === 'unknown' ? { ...state, phase: phase.last } : state;
  return { internal_id, name, image, state: wireState(known), ports };
}

/** The page as a table, with a last line that says which page it is. */
export function serverTable({ page, pages, total, servers }: ServerPage): string {
  const head = ['ID', 'NAME', 'STATE', 'IMAGE', 'PORTS'];
  const rows = servers.map(({ internal_id, name, state, image, ports }) => [
    internal_id,
    name,
    state,
    image,
    ports.map(({ ip, host_port, protocol }) => `${ip}:${host_port}/${protocol}`).join(', ') || '-',
  ]);
  // Names are free text: nothing in them may move the cursor.
  const table = [head, ...rows].map((cells) => cells.map((cell) => cell.replace(/\p{C}/gu, '?')));
  const widths = head.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  const lines = table.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\npage ${page} of ${pages}, ${total} servers\n`;
}
