import { Alert, Stack } from '@mantine/core';
import { useEffect } from 'react';
import { useRoute } from 'wouter';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { Loaded } from '../../../ui/loaded.tsx';
import { Lockable } from '../../../ui/lockable.tsx';
import { usePermission } from '../../../ui/use-permission.ts';
import { useContainer } from '../use-container.ts';
import { AdoptedSettings } from './adopted-section.tsx';
import { ChangeBar } from './change-bar.tsx';
import { ConsoleSection, useConsoleSection } from './console-section.tsx';
import { DeleteSection } from './delete-section.tsx';
import { EggSection } from './egg-section.tsx';
import { EnvironmentSection, useEnvironmentSection } from './environment-section.tsx';
import { InstallSection } from './install-section.tsx';
import { LimitsSection, useLimitsSection } from './limits-section.tsx';
import { MountsSection, useMountsSection } from './mounts-section.tsx';
import { PlayersSection, usePlayersSection } from './players-section.tsx';
import { Rail, showField, showSection } from './rail.tsx';
import { type PlaceName, settingsSections } from './sections.ts';
import { SizeSection, useSizeSection } from './size-section.tsx';
import { type ServerSectionProps, StartSection, useStartSection } from './start-section.tsx';
import { StopSection, useStopSection } from './stop-section.tsx';
import { strings } from './strings.ts';
import { UpdateSection } from './update-section.tsx';
import { useVariablesSection, VariablesSection } from './variables-section.tsx';
import { Waiting } from './waiting.tsx';

/** Everything that was decided about a server, and what can still be. */
export default function SettingsTab({ server }: { server: ServerSummary }) {
  const id = server.internal_id;
  const query = useContainer(id);
  return (
    <Loaded query={query} what={strings.seeSettings}>
      {(container) => {
        const Shown = container.adopted === null ? Sections : AdoptedSettings;
        return <Shown container={container} server={server} />;
      }}
    </Loaded>
  );
}

function Sections({ container, server }: ServerSectionProps) {
  const id = server.internal_id;
  const { may, isKnown } = usePermission();
  const mayChange = may('containers.write', id);
  const isInstalling = server.state === 'installing';
  const start = useStartSection({ container, server });
  const stopping = useStopSection({ container, server });
  const console = useConsoleSection(container);
  const players = usePlayersSection(container);
  const variables = useVariablesSection({ container, server });
  const environment = useEnvironmentSection({ container, server });
  const limits = useLimitsSection({ container });
  const disk = useSizeSection(id, container.volume_id);
  const mounts = useMountsSection({ container, server });
  const models = [start, stopping, console, players, variables, environment, limits, disk, mounts];
  const forms = models.map(({ form }) => form);
  const missing: PlaceName[] = [
    ...(variables.variables.length === 0 ? (['variables'] as const) : []),
    ...(disk.quota ? [] : (['disk'] as const)),
  ];
  const shown = settingsSections.map(({ name }) => name).filter((name) => !missing.includes(name));
  useAddressedSection();
  return (
    <div className="settings-layout">
      <Rail
        server={id}
        shown={shown}
        changed={forms.filter(({ changed }) => changed.length > 0).map(({ name }) => name)}
      />
      <Stack gap="md" maw={760} miw={0}>
        <Waiting container={container} server={server} />
        <UpdateSection server={id} />
        <EggSection container={container} mayMove={mayChange && !isInstalling} />
        {isKnown && !mayChange && <Alert color="gray">{strings.readOnlyToken}</Alert>}
        {mayChange && isInstalling && <Alert color="gray">{strings.readOnlyInstalling}</Alert>}
        <Lockable isLocked={isInstalling || !mayChange} label={strings.settings}>
          <StartSection model={start} />
          <StopSection model={stopping} />
          <ConsoleSection model={console} container={container} />
          <PlayersSection model={players} container={container} />
          <VariablesSection model={variables} />
          <EnvironmentSection model={environment} />
          <LimitsSection model={limits} />
          <SizeSection model={disk} />
          <MountsSection model={mounts} />
          <InstallSection container={container} server={server} />
        </Lockable>
        {/* Also while it is installed: an install that hangs can be given up. */}
        <Lockable isLocked={!mayChange} label={strings.delete}>
          <DeleteSection server={server} />
        </Lockable>
        {mayChange && !isInstalling && <ChangeBar sections={forms} onShow={showSection} />}
      </Stack>
    </div>
  );
}

/** A section, or a field of one, that the address names is shown at once. */
function useAddressedSection(): void {
  const [, params] = useRoute('/servers/:id/settings/:section/:field?');
  const section = settingsSections.find(({ name }) => name === params?.section);
  const name = section?.name;
  const label = section?.fields[params?.field ?? ''];
  useEffect(() => {
    if (name) showSection(name);
    if (name && label) showField(name, label);
  }, [name, label]);
}
