import type { PortView } from '../../shared/http/ports.ts';

const strings = {
  server: (name: string) => `the server ${name}`,
  reserved: 'a reservation',
  unknown: 'another program',
} as const;

/** Who has a port that is in use, in words that go on after “taken by”. `nameOf`: what people call the server of an id. */
export function holderOf(
  { used_by, held_by, reserved }: Pick<PortView, 'used_by' | 'held_by' | 'reserved'>,
  nameOf: (serverId: string) => string,
): string {
  if (used_by !== null) return strings.server(nameOf(used_by));
  return held_by ?? (reserved ? strings.reserved : strings.unknown);
}
