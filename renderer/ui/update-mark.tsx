import { Badge } from '@mantine/core';
import { Link } from 'wouter';
import { isNewer, useUpdateOf } from './use-updates.ts';

/** Says that there is a newer image, and leads to it; nothing where there is none. */
export function UpdateMark({ server }: { server: string }) {
  if (!isNewer(useUpdateOf(server))) return null;
  return (
    <Badge
      component={Link}
      to={`/servers/${server}/settings`}
      className="above-link"
      variant="light"
      color="blue"
      tt="none"
      style={{ cursor: 'pointer' }}
    >
      Update available
    </Badge>
  );
}
