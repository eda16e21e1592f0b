import { Alert, Button, Group, Modal, Stack, TagsInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useStore } from 'zustand';
import { changeContainer } from '../../../../shared/http/container-changes.ts';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { maxTagLength, maxTags } from '../../../../shared/model/tags.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { api } from '../../../link/api.ts';
import { hostStore } from '../../../state/host-store.ts';
import { commonTags, editedTags } from '../server-order.ts';
import { strings } from '../strings.ts';

interface TagsDialogProps {
  servers: readonly ServerSummary[];
  onClose: () => void;
}

/** The tags that all of these servers have: taken from and added to all of them. */
export function TagsDialog({ servers, onClose }: TagsDialogProps) {
  const [common] = useState(() => commonTags(servers));
  const [tags, setTags] = useState<string[]>(common);
  const known = useStore(hostStore.store, (view) => view.servers);
  const all = [...new Set((known ?? []).flatMap((server) => server.tags ?? []))].sort();
  const save = useMutation({
    mutationFn: async () => {
      for (const { internal_id: id, tags: own = [] } of servers)
        await api.call(changeContainer, { params: { id }, body: { tags: editedTags(own, common, tags) } });
    },
    onSuccess: onClose,
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={strings.tagsOf(servers.length)}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <TagsInput
            label={strings.tags}
            description={strings.tagsHelp}
            data={all}
            value={tags}
            onChange={setTags}
            maxTags={maxTags}
            maxLength={maxTagLength}
            data-autofocus
          />
          {save.error && <Alert color="red">{hostText(save.error.message)}</Alert>}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {strings.cancel}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {strings.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
