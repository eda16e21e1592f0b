import { Button, Group, Loader, Text } from '@mantine/core';
import type { FileWork } from './use-file-work.ts';
import { words } from './words.ts';

/** What is being done, with the way to stop it. */
export function WorkStatus({ work }: { work: FileWork }) {
  if (work.running === null) return null;
  return (
    <Group gap="xs" role="status">
      <Loader size="xs" />
      <Text size="sm">{words.working(work.running)}</Text>
      <Button size="compact-sm" variant="default" onClick={work.cancel}>
        {words.cancel}
      </Button>
    </Group>
  );
}
