import { Button, Group, SegmentedControl, Stack, Text, Title, useMantineColorScheme } from '@mantine/core';
import { isDesktop } from '../../link/credentials.ts';
import { session } from '../../link/session.ts';
import { HostPanels } from './host-panels.tsx';
import { Panel } from './panel.tsx';
import { TokensPanel } from './tokens-panel.tsx';
import { words } from './words.ts';

/** What is about the host and this page, not about one server. */
export default function SettingsPage() {
  return (
    <Stack p={{ base: 'md', md: 'xl' }} gap="md" maw={800}>
      <Title order={1}>{words.title}</Title>
      <LookPanel />
      <TokensPanel />
      <HostPanels />
      {!isDesktop() && (
        <Panel title={words.session} help={words.sessionHelp}>
          <Group>
            <Button variant="default" onClick={() => session.signOut()}>
              {words.signOut}
            </Button>
          </Group>
        </Panel>
      )}
    </Stack>
  );
}

function LookPanel() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Panel title={words.look}>
      <Stack gap={4}>
        <Text size="sm" id="theme-label">
          {words.theme}
        </Text>
        <Group>
          <SegmentedControl
            aria-labelledby="theme-label"
            data={[
              { value: 'auto', label: words.themes.auto },
              { value: 'light', label: words.themes.light },
              { value: 'dark', label: words.themes.dark },
            ]}
            value={colorScheme}
            onChange={(value) => setColorScheme(value === 'light' || value === 'dark' ? value : 'auto')}
          />
        </Group>
      </Stack>
    </Panel>
  );
}
