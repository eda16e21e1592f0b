import type { PortView } from '../../shared/http/ports.ts';
import { hostText } from '../../shared/texts/host-text.ts';
import { textsOf } from '../../shared/texts/messages.ts';
import en from './texts/port-holder.en.json';

const t = textsOf('ui/port-holder', en);

const strings = {
  server: (name: string) => t('server', { name }),
  reserved: t('reserved'),
  unknown: t('unknown'),
} as const;

/** Who has a port that is in use, in words that go on after “taken by”. `nameOf`: what people call the server of an id. */
export function holderOf(
  { used_by, held_by, reserved }: Pick<PortView, 'used_by' | 'held_by' | 'reserved'>,
  nameOf: (serverId: string) => string,
): string {
  if (used_by !== null) return strings.server(nameOf(used_by));
  if (held_by !== null) return hostText(held_by);
  return reserved ? strings.reserved : strings.unknown;
}
