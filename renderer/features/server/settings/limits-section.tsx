import { Group, NumberInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import type { Container } from '../../../../shared/http/containers.ts';
import { updateResources } from '../../../../shared/http/resources.ts';
import { api, queryClient } from '../../../link/api.ts';
import { FormSection } from '../../../ui/form-section.tsx';
import { isWithin, mistakesOf } from '../../../ui/mistakes.ts';
import { useEdited } from '../../../ui/use-edited.ts';
import { containerKey } from '../use-container.ts';
import { strings } from './strings.ts';

const mebibyte = 1024 * 1024;
/** Microseconds, as the engine's default. */
const cpuPeriod = 100_000;
/** A11, in MiB and cores. */
const maxMemory = 1024 * 1024;
const maxCores = 1024;

/** Memory and CPU, changed while it runs. */
export function LimitsSection({ container }: { container: Container }) {
  const id = container.internal_id;
  const { memory, cpu } = container.limits;
  const { values, isChanged, edit, reset } = useEdited<{ memory: number | null; cpu: number | null }>(
    {
      memory: memory === null ? null : Math.round(memory / mebibyte),
      cpu,
    },
    () => save.reset(),
  );
  const save = useMutation({
    mutationFn: () =>
      api.call(updateResources, {
        params: { id },
        // The engine's answer: until it is there, nothing is said to be saved.
        query: { wait: 'true' },
        body: {
          ...(values.memory === null ? {} : { memory: values.memory * mebibyte }),
          cpu_period: cpuPeriod,
          cpu_quota: values.cpu === null ? -1 : Math.round(values.cpu * cpuPeriod),
        },
      }),
    async onSuccess({ message }) {
      notifications.show({
        message: message === 'Resources updated' ? strings.savedLive : strings.savedWaits,
      });
      await queryClient.invalidateQueries({ queryKey: containerKey(id) });
      reset();
    },
  });
  const isMemoryWell = values.memory === null ? memory === null : isWithin(values.memory, 4, maxMemory);
  const isCpuWell = values.cpu === null || (values.cpu >= 0.01 && values.cpu <= maxCores);
  const local = {
    memory: isMemoryWell ? null : values.memory === null ? strings.memoryStays : strings.badMemory,
    cpu_quota: isCpuWell ? null : strings.badCpu,
  };
  const { at, rest } = mistakesOf(save.error, Object.keys(local), local);
  return (
    <FormSection
      title={strings.limits}
      help={strings.limitsHelp}
      onSave={() => save.mutate()}
      isChanged={isChanged}
      isWrong={!isMemoryWell || !isCpuWell}
      isBusy={save.isPending}
      error={rest}
    >
      <Group align="flex-start" gap="md">
        <NumberInput
          label={strings.memory}
          {...(memory === null ? { description: strings.noMemoryLimit } : {})}
          value={values.memory ?? ''}
          onChange={(value) => edit({ memory: typeof value === 'number' ? value : null })}
          error={at('memory')}
          allowNegative={false}
          step={256}
        />
        <NumberInput
          label={strings.cpu}
          description={strings.cpuHelp}
          value={values.cpu ?? ''}
          onChange={(value) => edit({ cpu: typeof value === 'number' ? value : null })}
          error={at('cpu_quota')}
          allowNegative={false}
          step={0.5}
          decimalScale={2}
        />
      </Group>
    </FormSection>
  );
}
