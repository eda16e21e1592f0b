import { Button, Select, useMantineColorScheme } from '@mantine/core';
import { isDesktop } from '../../link/credentials.ts';
import { session } from '../../link/session.ts';
import { Page, Section } from '../../ui/page.tsx';
import { Machine } from './machine.tsx';
import { Tokens } from './tokens.tsx';
import { words } from './words.ts';

export default function SettingsPage() {
  return (
    <Page title={words.title}>
      <General />
      <Tokens />
      <Machine />
    </Page>
  );
}

function General() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Section title={words.general}>
      <Select
        label={words.theme}
        maw={280}
        data={Object.entries(words.themes).map(([value, label]) => ({ value, label }))}
        value={colorScheme}
        onChange={(value) => setColorScheme(value === 'light' || value === 'dark' ? value : 'auto')}
        allowDeselect={false}
      />
      {!isDesktop() && (
        <Button variant="default" w="fit-content" onClick={() => session.signOut()}>
          {words.signOut}
        </Button>
      )}
    </Section>
  );
}
