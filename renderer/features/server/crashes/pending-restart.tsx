import { Button, Group, Text } from '@mantine/core';
import type { PendingRestart as Pending } from '../../../../shared/model/server.ts';
import { duration } from '../../../ui/format.ts';
import { usePower } from '../../../ui/power.ts';
import { useNow } from '../../../ui/use-now.ts';
import { usePermission } from '../../../ui/use-permission.ts';
import { strings } from './strings.ts';

/** The start that comes by itself after a crash, counted down, and the way to call it off. */
export function PendingRestart({ id, pending }: { id: string; pending: Pending }) {
  const now = useNow();
  const power = usePower(id);
  const { may } = usePermission();
  const left = Math.max(0, pending.at - now);
  return (
    <Group gap="xs">
      <Text size="sm" className="figures" role="timer">
        {left < 1000
          ? strings.restartsNow(pending.attempt, pending.of)
          : strings.restarting(duration(left), pending.attempt, pending.of)}
      </Text>
      {may('power', id) && (
        <Button
          size="compact-xs"
          variant="default"
          loading={power.isPending}
          onClick={() => power.mutate('stop')}
        >
          {strings.dontRestart}
        </Button>
      )}
    </Group>
  );
}
