import { Group, Kbd, Modal, Stack, Text, Title } from '@mantine/core';
import { closeOverlay } from '../../state/overlay-store.ts';
import { modKey } from '../../ui/keys.ts';
import { strings } from './strings.ts';

/** All keys that the interface knows. */
export default function ShortcutsDialog() {
  return (
    <Modal opened onClose={() => closeOverlay()} returnFocus={false} title={strings.shortcutsTitle}>
      <Stack gap="lg">
        {strings.shortcutGroups.map(({ title, keys }) => (
          <Stack key={title} gap={8}>
            <Title order={3}>{title}</Title>
            {keys.map((row) => (
              <Group key={row.does} justify="space-between" wrap="nowrap" gap="md">
                <Text size="sm">{row.does}</Text>
                <Group gap={4} wrap="nowrap">
                  {row.keys.map((key) => (
                    <Kbd key={key}>{key === 'Mod' ? modKey : key}</Kbd>
                  ))}
                </Group>
              </Group>
            ))}
          </Stack>
        ))}
      </Stack>
    </Modal>
  );
}
