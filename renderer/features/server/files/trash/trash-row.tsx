import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import type { TrashEntry } from '../../../../../shared/http/trash.ts';
import { bytes, moment } from '../../../../ui/format.ts';
import { trashStrings as strings } from './trash-strings.ts';

interface TrashRowProps {
  entry: TrashEntry;
  isChosen: boolean;
  /** Null: the token may not. */
  onToggle: (() => void) | null;
  onRestore: (() => void) | null;
}

/** One thing of the trash: where it lay, how large it is, who took it away and when. */
export function TrashRow({ entry, isChosen, onToggle, onRestore }: TrashRowProps) {
  const { path, type, size, deleted_at, by, cause } = entry;
  const name = path ?? strings.unknownPlace;
  const facts = [bytes(size), strings.causes[cause](moment(deleted_at * 1000), by)];
  if (type === 'directory') facts.unshift(strings.folder);
  return (
    <li className="trash-row">
      {onToggle && (
        <Checkbox size="xs" aria-label={strings.select(name)} checked={isChosen} onChange={onToggle} />
      )}
      <Stack gap={0} miw={0} flex={1}>
        <Text size="sm" className="ellipsis" title={name}>
          {name}
        </Text>
        <Text size="xs" className="quiet figures">
          {facts.join(' · ')}
        </Text>
      </Stack>
      <Group gap="xs" wrap="nowrap">
        {onRestore && path !== null && (
          <Button
            size="compact-sm"
            variant="default"
            onClick={onRestore}
            aria-label={strings.restoreOne(name)}
          >
            {strings.restore}
          </Button>
        )}
      </Group>
    </li>
  );
}
