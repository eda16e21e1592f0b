import { Button, Group, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { reinstallContainer } from '../../../../shared/http/container-install.ts';
import { api, queryClient } from '../../../link/api.ts';
import { Confirm } from '../../../ui/confirm.tsx';
import { FormSection } from '../../../ui/form-section.tsx';
import { useEdited } from '../../../ui/use-edited.ts';
import { containerKey } from '../use-container.ts';
import type { ServerSectionProps } from './start-section.tsx';
import { words } from './words.ts';

/** The image and the install script; both change by a reinstall alone. */
export function InstallSection({ container, server }: ServerSectionProps) {
  const id = server.internal_id;
  const [isAsking, setAsking] = useState(false);
  const [, navigate] = useLocation();
  const { values, edit } = useEdited({ image: container.image, script: container.install_script ?? '' });
  const reinstall = useMutation({
    mutationFn: () =>
      api.call(reinstallContainer, {
        params: { id },
        body: { image: values.image, install_script: values.script },
      }),
    async onSuccess() {
      await queryClient.invalidateQueries({ queryKey: containerKey(id) });
      navigate(`/servers/${id}/console`);
    },
    onSettled: () => setAsking(false),
  });
  return (
    <FormSection title={words.image} onSave={null} error={reinstall.error}>
      <TextInput
        label={words.imageName}
        value={values.image}
        onChange={(event) => edit({ image: event.currentTarget.value })}
        spellCheck={false}
      />
      <Textarea
        label={words.installScript}
        value={values.script}
        onChange={(event) => edit({ script: event.currentTarget.value })}
        autosize
        minRows={2}
        maxRows={12}
        className="mono"
        spellCheck={false}
      />
      <Group>
        <Button variant="default" type="button" onClick={() => setAsking(true)}>
          {words.reinstall}
        </Button>
        <Text size="sm" className="quiet">
          {words.reinstallHelp}
        </Text>
      </Group>
      <Confirm
        opened={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => reinstall.mutate()}
        title={words.reinstallTitle}
        action={words.reinstallAction}
        isBusy={reinstall.isPending}
      >
        {words.reinstallText}
      </Confirm>
    </FormSection>
  );
}
