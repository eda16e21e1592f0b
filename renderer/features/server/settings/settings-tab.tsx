import { Alert, Stack } from '@mantine/core';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { Loaded } from '../../../ui/loaded.tsx';
import { Lockable } from '../../../ui/lockable.tsx';
import { usePermission } from '../../../ui/use-permission.ts';
import { useContainer } from '../use-container.ts';
import { DeleteSection } from './delete-section.tsx';
import { EnvironmentSection } from './environment-section.tsx';
import { InstallSection } from './install-section.tsx';
import { LimitsSection } from './limits-section.tsx';
import { MountsSection } from './mounts-section.tsx';
import { SizeSection } from './size-section.tsx';
import { type ServerSectionProps, StartSection } from './start-section.tsx';
import { StopSection } from './stop-section.tsx';
import { strings } from './strings.ts';
import { UpdateSection } from './update-section.tsx';
import { VariablesSection } from './variables-section.tsx';
import { Waiting } from './waiting.tsx';

/** Everything that was decided about a server, and what can still be. */
export default function SettingsTab({ server }: { server: ServerSummary }) {
  const id = server.internal_id;
  const query = useContainer(id);
  return (
    <Loaded query={query} what={strings.seeSettings}>
      {(container) => <Sections container={container} server={server} />}
    </Loaded>
  );
}

function Sections({ container, server }: ServerSectionProps) {
  const id = server.internal_id;
  const { may, isKnown } = usePermission();
  const mayChange = may('containers.write', id);
  const isInstalling = server.state === 'installing';
  return (
    <Stack gap="md" maw={760} pb="xl">
      <Waiting container={container} server={server} />
      <UpdateSection server={id} />
      {isKnown && !mayChange && <Alert color="gray">{strings.readOnlyToken}</Alert>}
      {mayChange && isInstalling && <Alert color="gray">{strings.readOnlyInstalling}</Alert>}
      {/* What was saved becomes what the sections begin with; what another section has unsaved stays. */}
      <Lockable isLocked={isInstalling || !mayChange} label={strings.settings}>
        <StartSection container={container} server={server} />
        <StopSection container={container} server={server} />
        <VariablesSection container={container} server={server} />
        <EnvironmentSection container={container} server={server} />
        <LimitsSection container={container} />
        <SizeSection volume={container.volume_id} />
        <MountsSection container={container} server={server} />
        <InstallSection container={container} server={server} />
      </Lockable>
      {/* Also while it is installed: an install that hangs can be given up. */}
      <Lockable isLocked={!mayChange} label={strings.delete}>
        <DeleteSection server={server} />
      </Lockable>
    </Stack>
  );
}
