import { Badge } from '@mantine/core';
import { Link } from 'wouter';
import { textsOf } from '../../shared/texts/messages.ts';
import en from './texts/update-mark.en.json';
import { updateWords } from './update-words.ts';
import { isNewer, updatePath, useUpdateOf } from './use-updates.ts';

const t = textsOf('ui/update-mark', en);

/** Says that there is a newer image, and leads to it; nothing where there is none. */
export function UpdateMark({ server, name }: { server: string; name: string }) {
  const update = useUpdateOf(server);
  if (!isNewer(update)) return null;
  return (
    <Badge
      component={Link}
      to={updatePath(server)}
      variant="light"
      color="blue"
      tt="none"
      style={{ cursor: 'pointer' }}
      data-tip={updateWords(name, update)}
    >
      {t('update')}
    </Badge>
  );
}
