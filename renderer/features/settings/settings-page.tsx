import { Button, Select } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { isDesktop } from '../../link/credentials.ts';
import { session } from '../../link/session.ts';
import { loadPart } from '../../ui/load-part.ts';
import { Page, Section } from '../../ui/page.tsx';
import { useTheme } from '../../ui/use-preferences.ts';
import { AlertsSection } from './alerts/alerts-section.tsx';
import { alertsPath } from './alerts/page.ts';
import { LanguageChoiceField } from './language-choice-field.tsx';
import { MachineSection } from './machine.tsx';
import { strings } from './strings.ts';
import { Tokens } from './tokens.tsx';

const AlertsPage = lazy(loadPart(() => import('./alerts/alerts-page.tsx')));
const DesktopSection = lazy(loadPart(() => import('./desktop-section.tsx')));

export default function SettingsPage() {
  return (
    <Switch>
      <Route path={alertsPath}>
        <AlertsPage />
      </Route>
      <Route>
        <AllSettings />
      </Route>
    </Switch>
  );
}

function AllSettings() {
  return (
    <Page title={strings.title}>
      <General />
      {isDesktop() && (
        <Suspense>
          <DesktopSection />
        </Suspense>
      )}
      <AlertsSection />
      <Tokens />
      <MachineSection />
    </Page>
  );
}

function General() {
  const { theme, setTheme } = useTheme();
  return (
    <Section title={strings.general}>
      <Select
        label={strings.theme}
        maw={280}
        data={Object.entries(strings.themes).map(([value, label]) => ({ value, label }))}
        value={theme}
        onChange={(value) => setTheme(value === 'light' || value === 'dark' ? value : 'auto')}
        allowDeselect={false}
      />
      <LanguageChoiceField />
      {!isDesktop() && (
        <Button variant="default" w="fit-content" onClick={() => session.signOut()}>
          {strings.signOut}
        </Button>
      )}
    </Section>
  );
}
