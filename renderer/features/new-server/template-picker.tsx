import { Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconBrandDocker, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useSearch } from 'wouter';
import { useStore } from 'zustand';
import { type GameId, gameIds } from '../../../shared/model/game.ts';
import type { ServerSummary } from '../../../shared/model/host.ts';
import { hostText } from '../../../shared/texts/host-text.ts';
import { hostStore } from '../../state/host-store.ts';
import { GameFace } from '../../ui/game-face.tsx';
import { strings as adoptStrings } from './adopt/strings.ts';
import { byUse } from './by-use.ts';
import { strings as communityStrings } from './community/strings.ts';
import { strings as dockerStrings } from './docker/strings.ts';
import { strings as eggStrings } from './eggs/strings.ts';
import { YourEggs } from './eggs/your-eggs.tsx';
import { strings } from './strings.ts';
import { anyImage, type NamedTemplate, templates } from './templates.ts';

function matches({ template }: NamedTemplate, text: string): boolean {
  const where = `${template.name} ${template.summary} ${hostText(template.group)}`.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => where.includes(word));
}

const noServers: readonly ServerSummary[] = [];

/** All games by use, found by typing; one's own eggs, and other ways to bring a server. */
export function TemplatePicker() {
  const [text, setText] = useState('');
  const servers = useStore(hostStore.store, (view) => view.servers) ?? noServers;
  const found = byUse(
    templates.filter((one) => matches(one, text)),
    servers,
  );
  return (
    <>
      <Title order={1}>{strings.title}</Title>
      <Group align="flex-end" gap="sm">
        <TextInput
          label={strings.search}
          placeholder={strings.searchPlaceholder}
          leftSection={<IconSearch size={16} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          flex="1 1 240px"
          maw={420}
          type="search"
          ref={focusOnce}
        />
        <ImageButton />
      </Group>
      <YourEggs search={text} />
      {found.length === 0 && <Text className="quiet">{strings.nothingFound(text)}</Text>}
      <Stack component="section" gap="sm" aria-label={strings.games}>
        <ul className="game-grid plain-list">
          {found.map(({ id, template }) => (
            <li key={id}>
              <Card
                to={id}
                name={template.name}
                summary={template.summary}
                game={gameIds.find((game) => game === id) ?? null}
              />
            </li>
          ))}
        </ul>
      </Stack>
      <Stack component="section" gap="sm" aria-label={strings.own}>
        <Title order={2} size="h4">
          {strings.own}
        </Title>
        <ul className="game-grid plain-list">
          <li>
            <Card to="import" name={eggStrings.card} summary={eggStrings.cardSummary} />
          </li>
          <li>
            <Card to="community" name={communityStrings.card} summary={communityStrings.cardSummary} />
          </li>
          <li>
            <Card to="docker" name={dockerStrings.card} summary={dockerStrings.cardSummary} />
          </li>
          <li>
            <Card to="adopt" name={adoptStrings.card} summary={adoptStrings.cardSummary} />
          </li>
        </ul>
      </Stack>
    </>
  );
}

/** Typing finds a game at once; a phone's keyboard would hide the games. */
function focusOnce(field: HTMLInputElement | null): void {
  if (window.matchMedia('(pointer: fine)').matches) field?.focus({ preventScroll: true });
}

/** For what is none of the games. */
function ImageButton() {
  const search = useSearch();
  return (
    <Button
      component={Link}
      href={`/new/${anyImage}${search === '' ? '' : `?${search}`}`}
      variant="default"
      leftSection={<IconBrandDocker size={16} />}
      title={strings.anyImageSummary}
    >
      {strings.anyImage}
    </Button>
  );
}

interface CardProps {
  to: string;
  name: string;
  summary: string;
  game?: GameId | null;
}

function Card({ to, name, summary, game }: CardProps) {
  // Which files it is to have.
  const search = useSearch();
  return (
    <Group className="surface pick" p="md" gap="sm" pos="relative" h="100%" wrap="nowrap" align="flex-start">
      {game !== undefined && <GameFace game={game} size={40} />}
      <Stack gap={2} miw={0}>
        <Link href={`/new/${to}${search === '' ? '' : `?${search}`}`} className="card-link">
          <Text component="span" fw={600}>
            {name}
          </Text>
        </Link>
        <Text size="xs" className="quiet" lineClamp={5}>
          {summary}
        </Text>
      </Stack>
    </Group>
  );
}
