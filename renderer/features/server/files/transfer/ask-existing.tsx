import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { strings } from '../strings.ts';
import type { Answer } from './picked.ts';

const shown = 5;

interface AskExistingProps {
  /** Null: nothing to ask. */
  names: readonly string[] | null;
  /** Whether they can be replaced; default true. */
  isReplacing?: boolean;
  onAnswer: (answer: Answer) => void;
}

/** Asked once for all files of an upload, of a move or of a copy. */
export function AskExisting({ names, isReplacing = true, onAnswer }: AskExistingProps) {
  const some = names?.slice(0, shown).join(', ') ?? '';
  const rest = (names?.length ?? 0) - shown;
  return (
    <Modal opened={names !== null} onClose={() => onAnswer('cancel')} title={strings.existing}>
      <Stack gap="md">
        <Text size="sm">
          {strings.existingText(names?.length ?? 0, rest > 0 ? strings.andMore(some, rest) : some)}
        </Text>
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={() => onAnswer('skip')}>
            {strings.skip}
          </Button>
          <Button variant="default" onClick={() => onAnswer('keep')}>
            {strings.keepBoth}
          </Button>
          {isReplacing && (
            <Button color="red" onClick={() => onAnswer('replace')}>
              {strings.replace}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
