import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { Link, useLocation, useRoute } from 'wouter';
import { EmptyState } from '../../ui/empty-state.tsx';
import { mayCreateServers } from '../../ui/permission.ts';
import { usePermission } from '../../ui/use-permission.ts';
import { AdoptPage } from './adopt/adopt-page.tsx';
import { CommunityPage } from './community/community-page.tsx';
import { DockerPage } from './docker/docker-page.tsx';
import { DropZone } from './eggs/drop-zone.tsx';
import { EggPage } from './eggs/egg-page.tsx';
import { ImportPage } from './eggs/import-page.tsx';
import { useCandidates } from './eggs/use-candidates.ts';
import { anyImageRecipe } from './recipe.ts';
import { ServerForm } from './server-form.tsx';
import { strings } from './strings.ts';
import { TemplatePicker } from './template-picker.tsx';
import { anyImage, templates } from './templates.ts';

/** `/new`: what to host; `/new/<template>`: the form for it; `/new/import` and `/new/egg/<id>`: eggs. Eggs can be dropped on all of them. */
export default function NewServerPage() {
  const permission = usePermission();
  const candidates = useCandidates();
  const [, navigate] = useLocation();
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
      <DropZone
        onFiles={(files) => {
          candidates.addFiles(files);
          navigate('/new/import');
        }}
      />
      <Subpage candidates={candidates} />
    </Stack>
  );
}

function Subpage({ candidates }: { candidates: ReturnType<typeof useCandidates> }) {
  const [, chosen] = useRoute('/new/:template');
  const [, egg] = useRoute('/new/egg/:id');
  if (egg) {
    return (
      <>
        <Back />
        <EggPage key={egg.id} id={egg.id} />
      </>
    );
  }
  if (chosen === null) return <TemplatePicker />;
  if (chosen.template === 'import')
    return (
      <>
        <Back />
        <ImportPage candidates={candidates} />
      </>
    );
  if (chosen.template === 'docker')
    return (
      <>
        <Back />
        <DockerPage />
      </>
    );
  if (chosen.template === 'adopt')
    return (
      <>
        <Back />
        <AdoptPage />
      </>
    );
  if (chosen.template === 'community')
    return (
      <>
        <Back />
        <CommunityPage candidates={candidates} />
      </>
    );
  return <Chosen key={chosen.template} id={chosen.template} />;
}

function Back() {
  return (
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
  );
}

function Chosen({ id }: { id: string }) {
  const chosen = templates.find((one) => one.id === id) ?? null;
  if (chosen === null && id !== anyImage)
    return (
      <EmptyState title={strings.nothingFound(id)}>
        <Link href="/new">{strings.back}</Link>
      </EmptyState>
    );
  return (
    <>
      <Stack gap={4}>
        <Back />
        <Title order={1}>{chosen?.template.name ?? strings.anyImage}</Title>
        <Text className="quiet">{chosen?.template.summary ?? strings.anyImageSummary}</Text>
      </Stack>
      <ServerForm recipe={chosen?.recipe ?? anyImageRecipe} />
    </>
  );
}
