import { Code, Stack, Text } from '@mantine/core';
import { Confirm } from '../../../ui/confirm.tsx';
import { strings } from './strings.ts';

/** Pasted lines that are shown before they are sent. */
const shownLines = 6;

interface PasteQuestionProps {
  /** Null while nothing is to be asked. */
  lines: readonly string[] | null;
  onClose: () => void;
  onSend: () => void;
}

/** Whether many lines at once are meant as commands. */
export function PasteQuestion({ lines, onClose, onSend }: PasteQuestionProps) {
  const count = lines?.length ?? 0;
  return (
    <Confirm
      opened={lines !== null}
      onClose={onClose}
      onConfirm={onSend}
      title={strings.pasteTitle(count)}
      action={strings.pasteAction}
    >
      <Stack gap="xs">
        <Text size="sm">{strings.pasteHelp}</Text>
        <Code block>{(lines ?? []).slice(0, shownLines).join('\n')}</Code>
        {count > shownLines && (
          <Text size="sm" className="quiet">
            {strings.pasteRest(count - shownLines)}
          </Text>
        )}
      </Stack>
    </Confirm>
  );
}
