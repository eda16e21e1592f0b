import { IconCircleArrowUp } from '@tabler/icons-react';
import { memo } from 'react';
import { Link } from 'wouter';
import { updateWords } from './update-words.ts';
import { isNewer, updatePath, useUpdateOf } from './use-updates.ts';

interface UpdateIconProps {
  id: string;
  name: string;
}

/** The same as `UpdateMark` where there is little room: on cards and in rows. Figures draw nothing of it anew. */
export default memo(function UpdateIcon({ id, name }: UpdateIconProps) {
  const update = useUpdateOf(id);
  if (!isNewer(update)) return null;
  const words = updateWords(name, update);
  return (
    <Link href={updatePath(id)} className="update-icon above-link" aria-label={words} data-tip={words}>
      <IconCircleArrowUp size={16} aria-hidden="true" />
    </Link>
  );
});
