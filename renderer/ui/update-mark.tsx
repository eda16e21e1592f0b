import { Badge } from '@mantine/core';
import { Link } from 'wouter';
import { textsOf } from '../../shared/texts/messages.ts';
import en from './texts/update-mark.en.json';
import { isNewer, useUpdateOf } from './use-updates.ts';

const t = textsOf('ui/update-mark', en);

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
      {t('update')}
    </Badge>
  );
}
