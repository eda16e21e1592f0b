import { Button, Select } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { isDesktop } from '../../link/credentials.ts';
import { session } from '../../link/session.ts';
import { Page, Section } from '../../ui/page.tsx';
import { useTheme } from '../../ui/use-preferences.ts';
import { Machine } from './machine.tsx';
import { words } from './strings.ts';
import { Tokens } from './tokens.tsx';

const DesktopSection = lazy(() => import('./desktop-section.tsx'));

export default function SettingsPage() {
  return (
    <Page title={words.title}>
      <General />
      {isDesktop() && (
        <Suspense>
          <DesktopSection />
        </Suspense>
      )}
      <Tokens />
      <Machine />
    </Page>
  );
}

function General() {
  const { theme, setTheme } = useTheme();
  return (
    <Section title={words.general}>
      <Select
        label={words.theme}
        maw={280}
        data={Object.entries(words.themes).map(([value, label]) => ({ value, label }))}
        value={theme}
        onChange={(value) => setTheme(value === 'light' || value === 'dark' ? value : 'auto')}
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
