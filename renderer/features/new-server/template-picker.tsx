import { Stack, Text, TextInput, Title } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useSearch } from 'wouter';
import { strings as dockerStrings } from './docker/strings.ts';
import { strings as eggStrings } from './eggs/strings.ts';
import { YourEggs } from './eggs/your-eggs.tsx';
import { strings } from './strings.ts';
import { anyImage, type NamedTemplate, templates } from './templates.ts';

const groups = ['Minecraft', 'Survival', 'Building', 'Shooter', 'Voice'] as const;

function matches({ template }: NamedTemplate, text: string): boolean {
  const where = `${template.name} ${template.summary} ${template.group}`.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => where.includes(word));
}

/** What one brings, one's own eggs, and all games by group, found by typing. */
export function TemplatePicker() {
  const [text, setText] = useState('');
  const found = templates.filter((one) => matches(one, text));
  return (
    <>
      <Title order={1}>{strings.title}</Title>
      <TextInput
        label={strings.search}
        leftSection={<IconSearch size={16} />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        maw={420}
        type="search"
      />
      <Stack component="section" gap="sm" aria-label={strings.own}>
        <Title order={2} size="h4">
          {strings.own}
        </Title>
        <ul className="card-grid plain-list">
          <li>
            <Card to="import" name={eggStrings.card} summary={eggStrings.cardSummary} />
          </li>
          <li>
            <Card to="docker" name={dockerStrings.card} summary={dockerStrings.cardSummary} />
          </li>
          <li>
            <Card to={anyImage} name={strings.anyImage} summary={strings.anyImageSummary} />
          </li>
        </ul>
      </Stack>
      <YourEggs search={text} />
      {found.length === 0 && <Text className="quiet">{strings.nothingFound(text)}</Text>}
      {groups.map((group) => {
        const here = found.filter(({ template }) => template.group === group);
        return here.length === 0 ? null : <Cards key={group} group={group} found={here} />;
      })}
    </>
  );
}

function Cards({ group, found }: { group: string; found: readonly NamedTemplate[] }) {
  return (
    <Stack component="section" gap="sm" aria-label={group}>
      <Title order={2} size="h4">
        {group}
      </Title>
      <ul className="card-grid plain-list">
        {found.map(({ id, template }) => (
          <li key={id}>
            <Card to={id} name={template.name} summary={template.summary} />
          </li>
        ))}
      </ul>
    </Stack>
  );
}

function Card({ to, name, summary }: { to: string; name: string; summary: string }) {
  // Which files it is to have.
  const search = useSearch();
  return (
    <Stack className="surface pick" p="md" gap={4} pos="relative" h="100%">
      <Link href={`/new/${to}${search === '' ? '' : `?${search}`}`} className="card-link">
        <Text component="span" fw={600}>
          {name}
        </Text>
      </Link>
      <Text size="sm" className="quiet">
        {summary}
      </Text>
    </Stack>
  );
}
