import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { Link, useRoute } from 'wouter';
import { EmptyState } from '../../ui/empty-state.tsx';
import { mayCreateServers } from '../../ui/permission.ts';
import { usePermission } from '../../ui/use-permission.ts';
import { ServerForm } from './server-form.tsx';
import { strings } from './strings.ts';
import { TemplatePicker } from './template-picker.tsx';
import { anyImage, templates } from './templates.ts';

/** `/new`: what to host; `/new/<template>`: the form for it. */
export default function NewServerPage() {
  const [, params] = useRoute('/new/:template');
  const chosen = params?.template;
  const permission = usePermission();
  if (!permission.isKnown) return null;
  // Who comes by a link: rather told now than after all is filled in.
  if (!mayCreateServers(permission))
    return (
      <EmptyState isPage title={strings.notForToken}>
        <Text className="quiet">{strings.notForTokenHelp}</Text>
        <Link href="/">{strings.toOverview}</Link>
      </EmptyState>
    );
  return (
    <Stack p={{ base: 'md', md: 'xl' }} gap="lg" maw={1040}>
      {chosen === undefined ? <TemplatePicker /> : <Chosen key={chosen} id={chosen} />}
    </Stack>
  );
}

function Chosen({ id }: { id: string }) {
  const template = templates.find((one) => one.id === id)?.template ?? null;
  if (template === null && id !== anyImage)
    return (
      <EmptyState title={strings.nothingFound(id)}>
        <Link href="/new">{strings.back}</Link>
      </EmptyState>
    );
  return (
    <>
      <Stack gap={4}>
        <Group>
          <Button
            component={Link}
            href="/new"
            variant="subtle"
            size="compact-sm"
            leftSection={<IconArrowLeft size={14} />}
          >
            {strings.back}
          </Button>
        </Group>
        <Title order={1}>{template?.name ?? strings.anyImage}</Title>
        <Text className="quiet">{template?.summary ?? strings.anyImageSummary}</Text>
      </Stack>
      <ServerForm template={template} />
    </>
  );
}
