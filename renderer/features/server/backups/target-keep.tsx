import { Button, Group, Loader, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { changeCopyTarget, previewCopyRules, tidyCopies } from '../../../../shared/http/backup-copies.ts';
import type { KeepRules } from '../../../../shared/model/backup.ts';
import type { CopyTarget } from '../../../../shared/model/backup-copy.ts';
import { api } from '../../../link/api.ts';
import { liveKeys } from '../../../state/live-key.ts';
import { moment } from '../../../ui/format.ts';
import { Loaded } from '../../../ui/loaded.tsx';
import { showFailure } from '../../../ui/show-failure.ts';
import { copyStrings } from './copy-strings.ts';
import { Going, KeepFields, usualRules } from './keep-fields.tsx';
import { strings } from './strings.ts';

interface TargetKeepProps {
  target: Pick<CopyTarget, 'id' | 'name' | 'keep'>;
  opened: boolean;
  onClose: () => void;
}

/** Which copies a place keeps, with what would go shown before. */
export function TargetKeep({ target, opened, onClose }: TargetKeepProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={copyStrings.keepTitle(target.name)}>
      <TargetKeepForm target={target} onDone={onClose} />
    </Modal>
  );
}

function TargetKeepForm({ target, onDone }: { target: TargetKeepProps['target']; onDone: () => void }) {
  const { id, keep } = target;
  const params = { target: id };
  const [keepsAll, setKeepsAll] = useState(keep === null);
  const [edited, setEdited] = useState(keep ?? usualRules);
  const [shown, setShown] = useState<KeepRules | null>(null);
  const save = useMutation({
    async mutationFn(isNow: boolean) {
      await api.call(changeCopyTarget, { params, body: { keep: keepsAll ? null : edited } });
      if (isNow) await api.call(tidyCopies, { params });
    },
    onSuccess: onDone,
    onError: (error) => showFailure(error),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!save.isPending) save.mutate(false);
      }}
    >
      <Stack gap="md">
        <Text size="sm">{copyStrings.keepText}</Text>
        <KeepFields
          rules={edited}
          keepsAll={keepsAll}
          onRules={(rules) => {
            setEdited(rules);
            setShown(null);
          }}
          onKeepsAll={setKeepsAll}
        />
        {!keepsAll && shown && <Preview target={id} rules={shown} />}
        <Group justify="flex-end" gap="xs">
          {!keepsAll && !shown && (
            <Button variant="default" onClick={() => setShown(edited)}>
              {copyStrings.keepShow}
            </Button>
          )}
          {!keepsAll && shown && (
            <Button variant="default" color="red" disabled={save.isPending} onClick={() => save.mutate(true)}>
              {copyStrings.keepNow}
            </Button>
          )}
          <Button type="submit" loading={save.isPending}>
            {strings.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Preview({ target, rules }: { target: string; rules: KeepRules }) {
  const query = useQuery({
    queryKey: [...liveKeys, 'backups', null, 'targets', target, rules],
    queryFn: ({ signal }) => api.call(previewCopyRules, { params: { target }, body: { rules }, signal }),
  });
  return (
    <>
      {query.isPending && <Loader size="sm" />}
      <Loaded query={query} what={copyStrings.whatThere}>
        {({ remove, kept }) => (
          <Going
            going={remove}
            what={copyStrings.wouldGo(remove.length, kept)}
            nameOf={({ at, server_name }) => `${server_name}, ${moment(at)}`}
          />
        )}
      </Loaded>
    </>
  );
}
