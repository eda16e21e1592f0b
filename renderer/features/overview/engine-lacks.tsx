import { Text, Title } from '@mantine/core';
import { useStore } from 'zustand';
import { hostText } from '../../../shared/texts/host-text.ts';
import { hostStore } from '../../state/host-store.ts';
import { strings } from './strings.ts';

/** What the engine can't do that people would count on (H3); nothing at all where there is nothing. */
export function EngineLacks() {
  const engine = useStore(hostStore.store, (view) => view.host?.engine ?? null);
  const lacks = engine?.status === 'up' ? (engine.lacks ?? []) : [];
  if (lacks.length === 0) return null;
  return (
    <section aria-labelledby="engine-lacks-heading">
      <Title order={2} id="engine-lacks-heading">
        {strings.engineLacks}
      </Title>
      {lacks.map((text) => (
        <Text key={text} size="sm" mt="xs">
          {hostText(text)}
        </Text>
      ))}
    </section>
  );
}
