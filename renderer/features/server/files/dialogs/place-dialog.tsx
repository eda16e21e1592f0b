import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { type FormEvent, useState } from 'react';
import type { FileEntry } from '../../../../../shared/http/files.ts';
import { FolderList } from '../list/folder-list.tsx';
import { strings } from '../strings.ts';
import { cleanPath, placeProblem, type Transfer } from './places.ts';

/** How long typing rests before the folder that was typed is looked at, in ms. */
const restMs = 250;

interface PlaceDialogProps {
  /** Null: nothing is asked. */
  transfer: Transfer | null;
  volume: string;
  /** The folder that they are in. */
  from: string;
  entries: readonly FileEntry[];
  onClose: () => void;
  onConfirm: (transfer: Transfer, to: string) => void;
}

/** Asks for the folder that entries are moved or copied to: typed, or chosen step by step. */
export function PlaceDialog({ transfer, ...rest }: PlaceDialogProps) {
  const title = transfer && strings.transferTitle[transfer](rest.entries.length, rest.entries[0]?.name ?? '');
  return (
    <Modal opened={transfer !== null} onClose={rest.onClose} title={title}>
      {transfer && <PlaceForm transfer={transfer} {...rest} />}
    </Modal>
  );
}

function PlaceForm(props: PlaceDialogProps & { transfer: Transfer }) {
  const { transfer, volume, from, entries, onClose, onConfirm } = props;
  const [text, setText] = useState(from);
  /** The folder whose folders are shown: a moment behind what is typed. */
  const [shown, setShown] = useState(from);
  const showTyped = useDebouncedCallback((typed: string) => setShown(cleanPath(typed)), restMs);
  const to = cleanPath(text);
  const problem = placeProblem(transfer, { entries, from, to });
  // Where they are now is where one begins: no mistake yet.
  const isShown = problem !== null && problem !== 'same';
  const go = (path: string): void => {
    showTyped.cancel();
    setText(path);
    setShown(path);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (problem !== null) return;
    onConfirm(transfer, to);
    onClose();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label={strings.place}
          description={strings.placeHelp}
          leftSection={<Text className="quiet">/</Text>}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            showTyped(event.currentTarget.value);
          }}
          error={isShown ? strings.placeProblems[problem] : null}
          data-autofocus
          autoComplete="off"
          spellCheck={false}
        />
        <FolderList volume={volume} path={shown} onOpen={go} />
        {problem === 'same' && (
          <Text size="sm" className="quiet">
            {strings.placeProblems.same}
          </Text>
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {strings.cancel}
          </Button>
          <Button type="submit" disabled={problem !== null}>
            {strings.transferHere[transfer]}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
