import { Anchor, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { setVolumes } from '../../../../shared/http/container-changes.ts';
import { readSettings } from '../../../../shared/http/settings.ts';
import { api, queryClient } from '../../../link/api.ts';
import { AddRowButton } from '../../../ui/add-row-button.tsx';
import { FormSection } from '../../../ui/form-section.tsx';
import { IconAction } from '../../../ui/icon-action.tsx';
import { Lockable } from '../../../ui/lockable.tsx';
import { changeRow, nextKey, removeRow } from '../../../ui/rows.ts';
import { usePermission } from '../../../ui/use-permission.ts';
import { containerKey } from '../use-container.ts';
import { ChooseFolder } from './choose-folder.tsx';
import { insideProblem, type MountRow, mountRows, mountsOf, outsideProblem } from './mounts.ts';
import type { ServerSectionProps } from './start-section.tsx';
import { strings } from './strings.ts';

/** A8: the published words for a folder that may not be mounted, whichever reason. */
const refused = 'Cannot mount to system path';

/** Folders of the machine that the server sees beside its own. */
export function MountsSection({ container, server }: ServerSectionProps) {
  const id = server.internal_id;
  const { isBound } = usePermission();
  const [edited, setEdited] = useState<MountRow[] | null>(null);
  const [isChecked, setChecked] = useState(false);
  const saved = mountRows(container.mount, container.read_only_mounts);
  const rows = edited ?? saved;
  const save = useMutation({
    mutationFn: () => api.call(setVolumes, { params: { id }, body: mountsOf(rows) }),
    async onSuccess() {
      notifications.show({ message: server.started_at === null ? strings.saved : strings.savedWaits });
      await queryClient.invalidateQueries({ queryKey: containerKey(id) });
      setEdited(null);
      setChecked(false);
    },
  });
  const edit = (next: MountRow[]): void => {
    save.reset();
    setEdited(next);
  };
  const onSave = (): void => {
    setChecked(true);
    if (rows.every((row) => insideProblem(row, rows) === null && outsideProblem(row.outside) === null))
      save.mutate();
  };
  const isRefused = save.error?.message === refused;
  const wasThere = (row: MountRow): boolean => saved.some(({ outside }) => outside === row.outside);
  return (
    <Lockable isLocked={isBound} label={strings.mounts}>
      <FormSection
        title={strings.mounts}
        help={isBound ? strings.mountsBound : strings.mountsHelp}
        onSave={onSave}
        isChanged={edited !== null}
        isBusy={save.isPending}
        error={isRefused ? null : save.error}
      >
        <AllowedFolders />
        {rows.map((row) => (
          <Mount
            key={row.key}
            row={row}
            badOutside={
              isRefused && !wasThere(row)
                ? strings.mountRefused
                : isChecked
                  ? outsideProblem(row.outside)
                  : null
            }
            badInside={isChecked ? insideProblem(row, rows) : null}
            onChange={(changes) => edit(changeRow(rows, row.key, changes))}
            onRemove={() => edit(removeRow(rows, row.key))}
          />
        ))}
        <AddRowButton
          label={strings.addMount}
          onClick={() => edit([...rows, { key: nextKey(rows), outside: '', inside: '', isReadOnly: true }])}
        />
      </FormSection>
    </Lockable>
  );
}

/** Where folders may come from. Nothing is shown to a token that may not know. */
function AllowedFolders() {
  const { data } = useQuery({
    queryKey: ['settings'],
    queryFn: ({ signal }) => api.call(readSettings, { signal }),
  });
  if (!data) return null;
  const { allowed_mounts: folders } = data.storage;
  return (
    <Text size="sm" className="quiet" style={{ overflowWrap: 'anywhere' }}>
      {folders.length === 0 ? strings.noFolders : strings.folders(folders.join(', '))}{' '}
      <Anchor component={Link} href="/settings" size="sm" underline="always">
        {strings.toSettings}
      </Anchor>
    </Text>
  );
}

interface MountProps {
  row: MountRow;
  badOutside: string | null;
  badInside: string | null;
  onChange: (changes: Partial<MountRow>) => void;
  onRemove: () => void;
}

function Mount({ row, badOutside, badInside, onChange, onRemove }: MountProps) {
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <Stack gap="xs" flex={1} miw={0}>
        <Group gap="xs" align="flex-start">
          <TextInput
            label={strings.outside}
            placeholder="/srv/maps"
            value={row.outside}
            onChange={(event) => onChange({ outside: event.currentTarget.value })}
            error={badOutside}
            spellCheck={false}
            style={{ flex: '1 1 200px' }}
          />
          <ChooseFolder inside={row.inside} onChoose={(outside) => onChange({ outside })} />
          <TextInput
            label={strings.inside}
            placeholder="/maps"
            value={row.inside}
            onChange={(event) => onChange({ inside: event.currentTarget.value })}
            error={badInside}
            spellCheck={false}
            style={{ flex: '1 1 200px' }}
          />
        </Group>
        <Checkbox
          label={strings.readOnlyMount}
          checked={row.isReadOnly}
          onChange={(event) => onChange({ isReadOnly: event.currentTarget.checked })}
        />
      </Stack>
      <IconAction label={strings.removeMount(row.inside)} size="lg" isBesideField onClick={onRemove}>
        <IconTrash size={16} />
      </IconAction>
    </Group>
  );
}
