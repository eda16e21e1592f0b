import type { Messages } from '../../shared/texts/messages.ts';
import { roomsOf } from './rooms.ts';

/** All German texts: one part, loaded before the page where German is spoken. */
export const rooms = roomsOf(
  import.meta.glob<Messages>(['../**/texts/*.de.json', '../../shared/texts/*.de.json'], {
    eager: true,
    import: 'default',
  }),
);
