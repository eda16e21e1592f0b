import { Button, Checkbox, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { reinstallContainer } from '../../../../shared/http/container-install.ts';
import { movingTag } from '../../../../shared/image-name.ts';
import { api } from '../../../link/api.ts';
import { Confirm } from '../../../ui/confirm.tsx';
import { FormSection } from '../../../ui/form-section.tsx';
import { mistakesOf, problemsOf } from '../../../ui/mistakes.ts';
import { renew } from './saving.ts';
import { labelOf, sectionId } from './sections.ts';
import type { ServerSectionProps } from './start-section.tsx';
import { strings } from './strings.ts';
import { useDraft } from './use-draft.ts';

interface ReinstallRequest {
  image: string;
  install_script: string;
  restore_point: boolean;
}

/** Which image it is, and whether a reinstall brings another one. */
function imageHelp(image: string, version: string | null): string {
  const tag = movingTag(image);
  const parts = [
    version === null ? '' : strings.imageVersion(version),
    tag === null ? '' : strings.imageMoves(tag),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** The image and the install script; both change by a reinstall alone. */
export function InstallSection({ container, server }: ServerSectionProps) {
  const id = server.internal_id;
  const [isAsking, setAsking] = useState(false);
  const [hasRestorePoint, setRestorePoint] = useState(true);
  const [, navigate] = useLocation();
  const reinstall = useMutation({
    mutationFn: (body: ReinstallRequest) => api.call(reinstallContainer, { params: { id }, body }),
    async onSuccess() {
      discard();
      await renew(id);
      navigate(`/servers/${id}/console`);
    },
    onSettled: () => setAsking(false),
  });
  const { values, edit, discard } = useDraft(
    id,
    'install',
    { image: container.image, script: container.install_script ?? '' },
    { words: { label: (field) => labelOf('install', field) }, onEdit: () => reinstall.reset() },
  );
  const request: ReinstallRequest = {
    image: values.image,
    install_script: values.script,
    restore_point: hasRestorePoint,
  };
  const problems = problemsOf(reinstallContainer.body, request);
  const { at, rest } = mistakesOf(reinstall.error, ['image', 'install_script'], problems);
  return (
    <FormSection id={sectionId('install')} title={strings.image} onSave={null} error={rest}>
      <TextInput
        label={strings.imageName}
        description={imageHelp(values.image, container.image_version)}
        value={values.image}
        onChange={(event) => edit({ image: event.currentTarget.value })}
        error={at('image')}
        spellCheck={false}
      />
      <Textarea
        label={strings.installScript}
        value={values.script}
        onChange={(event) => edit({ script: event.currentTarget.value })}
        error={at('install_script')}
        autosize
        minRows={2}
        maxRows={12}
        className="mono"
        spellCheck={false}
      />
      <Group>
        <Button
          variant="default"
          type="button"
          disabled={Object.keys(problems).length > 0}
          onClick={() => setAsking(true)}
        >
          {strings.reinstall}
        </Button>
        <Text size="sm" className="quiet">
          {strings.reinstallHelp}
        </Text>
      </Group>
      <AskReinstall
        isAsked={isAsking}
        onClose={() => setAsking(false)}
        hasRestorePoint={hasRestorePoint}
        onRestorePoint={setRestorePoint}
        isBusy={reinstall.isPending}
        onConfirm={() => reinstall.mutate(request)}
      />
    </FormSection>
  );
}

interface AskReinstallProps {
  isAsked: boolean;
  onClose: () => void;
  hasRestorePoint: boolean;
  onRestorePoint: (wanted: boolean) => void;
  isBusy: boolean;
  onConfirm: () => void;
}

function AskReinstall({
  isAsked,
  onClose,
  hasRestorePoint,
  onRestorePoint,
  isBusy,
  onConfirm,
}: AskReinstallProps) {
  return (
    <Confirm
      opened={isAsked}
      onClose={onClose}
      onConfirm={onConfirm}
      title={strings.reinstallTitle}
      action={strings.reinstallAction}
      isBusy={isBusy}
    >
      <Stack gap="sm">
        <Text size="sm">{strings.reinstallText}</Text>
        <Checkbox
          label={strings.restorePoint}
          description={strings.restorePointHelp}
          checked={hasRestorePoint}
          onChange={(event) => onRestorePoint(event.currentTarget.checked)}
        />
      </Stack>
    </Confirm>
  );
}
