import { Alert, Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { type ArchiveFormat, archiveFormats, maxArchivedPaths } from '../../../../../shared/http/archives.ts';
import { nameProblem } from '../paths.ts';
import { strings } from '../strings.ts';
import type { ArchiveRequest } from '../transfer/use-file-work.ts';

interface ArchiveDialogProps {
  opened: boolean;
  /** Names in the folder. */
  taken: ReadonlySet<string>;
  /** Names of what goes in. */
  selected: readonly string[];
  onClose: () => void;
  onConfirm: (request: ArchiveRequest) => void;
}

export function ArchiveDialog({ opened, ...rest }: ArchiveDialogProps) {
  return (
    <Modal opened={opened} onClose={rest.onClose} title={strings.archiveTitle}>
      <ArchiveForm {...rest} />
    </Modal>
  );
}

function suggestionFor([first, ...others]: readonly string[]): string {
  return first === undefined || others.length > 0
    ? strings.archiveNameProposed
    : first.replace(/(?<=.)\.[^.]+$/, '');
}

function ArchiveForm({ taken, selected, onClose, onConfirm }: Omit<ArchiveDialogProps, 'opened'>) {
  const [name, setName] = useState(suggestionFor(selected));
  const [format, setFormat] = useState<ArchiveFormat>('zip');
  const problem = nameProblem(name) ?? (taken.has(`${name}.${format}`) ? 'taken' : null);
  // The host takes so many names at once, or the folder without any.
  const isMany = selected.length > maxArchivedPaths;
  const isWholeOffered = isMany && selected.length < taken.size;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (problem !== null) return;
    onConfirm({ output: name, format, names: isMany ? null : selected });
    onClose();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {isWholeOffered && (
          <Alert color="yellow" role="alert">
            {strings.tooManyArchived(maxArchivedPaths, selected.length, taken.size)}
          </Alert>
        )}
        <TextInput
          label={strings.archiveName}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={problem === null ? null : strings.nameProblems[problem]}
          data-autofocus
        />
        <Select
          label={strings.format}
          data={[...archiveFormats]}
          value={format}
          onChange={(value) => setFormat(archiveFormats.find((one) => one === value) ?? format)}
          allowDeselect={false}
        />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {strings.cancel}
          </Button>
          <Button type="submit">{isWholeOffered ? strings.archiveWhole : strings.archive}</Button>
        </Group>
      </Stack>
    </form>
  );
}
