import { ActionIcon, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDots } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { changeCopyTarget, removeCopyTarget, testCopyTarget } from '../../../../shared/http/backup-copies.ts';
import type { CopyTarget } from '../../../../shared/model/backup-copy.ts';
import { api } from '../../../link/api.ts';
import { Confirm } from '../../../ui/confirm.tsx';
import { showFailure } from '../../../ui/show-failure.ts';
import { copyStrings } from './copy-strings.ts';
import { TargetKeep } from './target-keep.tsx';

/** What the host's owner can do with a place for copies. */
export function TargetMenu({ target }: { target: Pick<CopyTarget, 'id' | 'name' | 'automatic' | 'keep'> }) {
  const { id, name, automatic } = target;
  const [isRemoving, setRemoving] = useState(false);
  const [isKeeping, setKeeping] = useState(false);
  const params = { target: id };
  const onError = (error: Error): void => showFailure(error);
  const test = useMutation({
    mutationFn: () => api.call(testCopyTarget, { params }),
    onSuccess: ({ copies }) => void notifications.show({ message: copyStrings.testGood(name, copies) }),
    onError,
  });
  const change = useMutation({
    mutationFn: () => api.call(changeCopyTarget, { params, body: { automatic: !automatic } }),
    onError,
  });
  const remove = useMutation({
    mutationFn: () => api.call(removeCopyTarget, { params }),
    onError,
    onSettled: () => setRemoving(false),
  });
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            variant="default"
            size={30}
            aria-label={copyStrings.more(name)}
            loading={test.isPending}
          >
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => test.mutate()}>{copyStrings.test}</Menu.Item>
          <Menu.Item onClick={() => change.mutate()}>
            {automatic ? copyStrings.copyByHand : copyStrings.copyEach}
          </Menu.Item>
          <Menu.Item onClick={() => setKeeping(true)}>{copyStrings.keep}</Menu.Item>
          <Menu.Item color="red" onClick={() => setRemoving(true)}>
            {copyStrings.remove}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <TargetKeep target={target} opened={isKeeping} onClose={() => setKeeping(false)} />
      <Confirm
        opened={isRemoving}
        onClose={() => setRemoving(false)}
        onConfirm={() => remove.mutate()}
        title={copyStrings.removeTitle(name)}
        action={copyStrings.remove}
        isBusy={remove.isPending}
      >
        {copyStrings.removeText}
      </Confirm>
    </>
  );
}
