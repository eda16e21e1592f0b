import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { strings } from '../strings.ts';
import type { FileOnHost } from './read-file-text.ts';
import type { TextFile } from './text-file.ts';

interface ConflictProps {
  theirs: FileOnHost;
  onReplace: () => void;
  onLoad: (file: TextFile) => void;
}

/** The file on the host is not the one that was opened any more. Only a text can be loaded instead. */
export function Conflict({ theirs, onReplace, onLoad }: ConflictProps) {
  return (
    <Alert
      color="yellow"
      title={theirs.status === 'gone' ? strings.goneTitle : strings.changedTitle}
      role="alert"
    >
      <Stack gap="sm">
        <Text size="sm">{strings.changedText}</Text>
        <Group>
          <Button size="compact-sm" color="red" onClick={onReplace}>
            {strings.overwrite}
          </Button>
          {theirs.status === 'text' && (
            <Button size="compact-sm" variant="default" onClick={() => onLoad(theirs.file)}>
              {strings.reload}
            </Button>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}
