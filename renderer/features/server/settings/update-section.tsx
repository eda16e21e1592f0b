import { Alert, Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useRoute } from 'wouter';
import { useStore } from 'zustand';
import { cancelOperation } from '../../../../shared/http/operations.ts';
import { applyUpdate, checkUpdate, takeBackUpdate } from '../../../../shared/http/updates.ts';
import { shortDigest } from '../../../../shared/image-name.ts';
import type { ImageUpdate } from '../../../../shared/model/image-update.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { api, queryClient } from '../../../link/api.ts';
import { hostStore } from '../../../state/host-store.ts';
import { Confirm } from '../../../ui/confirm.tsx';
import { bytes, moment } from '../../../ui/format.ts';
import { Section } from '../../../ui/page.tsx';
import { showFailure } from '../../../ui/show-failure.ts';
import { usePermission } from '../../../ui/use-permission.ts';
import { updatePath, updatesKey, useUpdateOf } from '../../../ui/use-updates.ts';
import { updateStrings as strings } from './update-strings.ts';

const place = 'settings-update';

/** Whether its image's name stands for a newer one, and what can be done about it. */
export function UpdateSection({ server }: { server: string }) {
  const update = useUpdateOf(server);
  const isThere = update !== null && update.version !== null;
  useShown(server, isThere);
  if (!isThere) return null;
  return (
    <Section id={place} title={strings.title}>
      <Facts update={update} />
      <UnderWay update={update} />
      <Acts update={update} />
    </Section>
  );
}

/** Who comes by a mark sees it at once, also from far down a long page. */
function useShown(server: string, isThere: boolean): void {
  const [isMeant] = useRoute(updatePath(server));
  useEffect(() => {
    if (!isMeant || !isThere) return;
    const element = document.getElementById(place);
    element?.scrollIntoView({ block: 'nearest' });
    element?.focus({ preventScroll: true });
  }, [isMeant, isThere]);
}

function Facts({
  update: { image, version, newer, size, checked_at, problem, previous },
}: {
  update: ImageUpdate;
}) {
  return (
    <Stack gap={4}>
      {newer ? (
        <Text>
          {newer.taken_back ? strings.takenBack : strings.newer(image, size === null ? null : bytes(size))}
        </Text>
      ) : (
        problem === null && <Text>{checked_at === null ? strings.unknown : strings.newest}</Text>
      )}
      {problem !== null && (
        <Alert color="yellow" style={{ overflowWrap: 'anywhere' }}>
          {strings.problem(problem)}
        </Alert>
      )}
      <Text size="sm" className="quiet">
        {strings.runsOn(shortDigest(version ?? ''))}
        {checked_at !== null && ` ${strings.checked(moment(checked_at))}`}
        {previous && ` ${strings.before(shortDigest(previous.version), moment(previous.at))}`}
      </Text>
    </Stack>
  );
}

/** The operation under way, and how the last one ended. */
function UnderWay({ update: { operation: id, internal_id: server } }: { update: ImageUpdate }) {
  const operations = useStore(hostStore.store, (state) => state.operations);
  const own = operations.filter(({ kind, container }) => kind === 'update image' && container === server);
  const running = own.find((operation) => operation.id === id);
  if (running)
    return (
      <Group gap="sm">
        <Text size="sm" role="status">
          {hostText(running.progress?.text ?? running.title)}
        </Text>
        <Button
          size="xs"
          variant="default"
          onClick={() =>
            void api
              .call(cancelOperation, { params: { id: running.id } })
              .catch((error) => showFailure(error))
          }
        >
          {strings.cancel}
        </Button>
      </Group>
    );
  const [last] = own.toSorted((a, b) => b.started_at - a.started_at);
  return last?.state === 'failed' ? <Alert color="red">{hostText(last.error ?? '')}</Alert> : null;
}

function useUpdateActs(server: string) {
  const params = { id: server };
  const onSettled = () => queryClient.invalidateQueries({ queryKey: updatesKey });
  const onError = (error: Error) => showFailure(error);
  return {
    check: useMutation({
      mutationFn: () => api.call(checkUpdate, { params }),
      onSuccess: ({ newer, problem }) =>
        notifications.show({ message: hostText(problem ?? '') || (newer ? strings.found : strings.newest) }),
      onError,
      onSettled,
    }),
    apply: useMutation({
      mutationFn: (restore_point: boolean) => api.call(applyUpdate, { params, body: { restore_point } }),
      onError,
      onSettled,
    }),
    takeBack: useMutation({
      mutationFn: (files: boolean) => api.call(takeBackUpdate, { params, body: { files } }),
      onError,
      onSettled,
    }),
  };
}

function Acts({ update }: { update: ImageUpdate }) {
  const { internal_id: server, newer, previous, operation } = update;
  const { may } = usePermission();
  const { check, apply, takeBack } = useUpdateActs(server);
  const [asks, setAsks] = useState<'update' | 'takeBack' | null>(null);
  const mayPoint = may('backups', server);
  const mayFiles = mayPoint && may('files.write', server) && previous?.restore_point !== null;
  const [withPoint, setWithPoint] = useState(true);
  const [withFiles, setWithFiles] = useState(false);
  const isIdle = operation === null && may('containers.write', server);
  const canChange = isIdle && may('power', server);
  const close = () => setAsks(null);
  return (
    <Group gap="xs">
      {newer && (
        <Button disabled={!canChange} onClick={() => setAsks('update')}>
          {strings.update}
        </Button>
      )}
      {previous && (
        <Button variant="default" disabled={!canChange} onClick={() => setAsks('takeBack')}>
          {strings.takeBack}
        </Button>
      )}
      <Button variant="default" disabled={!isIdle} loading={check.isPending} onClick={() => check.mutate()}>
        {strings.check}
      </Button>
      <Confirm
        opened={asks === 'update'}
        onClose={close}
        onConfirm={() => apply.mutate(withPoint && mayPoint, { onSettled: close })}
        title={strings.updateTitle}
        action={strings.update}
        isBusy={apply.isPending}
      >
        <Stack gap="sm">
          <Text size="sm">{strings.updateHelp}</Text>
          <Checkbox
            label={strings.restorePoint}
            checked={withPoint && mayPoint}
            disabled={!mayPoint}
            onChange={(event) => setWithPoint(event.currentTarget.checked)}
          />
        </Stack>
      </Confirm>
      <Confirm
        opened={asks === 'takeBack'}
        onClose={close}
        onConfirm={() => takeBack.mutate(withFiles && mayFiles, { onSettled: close })}
        title={strings.takeBackTitle}
        action={strings.takeBack}
        isBusy={takeBack.isPending}
      >
        <Stack gap="sm">
          <Text size="sm">{strings.takeBackHelp}</Text>
          <Checkbox
            label={strings.filesToo}
            checked={withFiles && mayFiles}
            disabled={!mayFiles}
            onChange={(event) => setWithFiles(event.currentTarget.checked)}
          />
        </Stack>
      </Confirm>
    </Group>
  );
}
