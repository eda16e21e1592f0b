import { Group, NumberInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { Container } from '../../../../shared/http/containers.ts';
import { updateResources } from '../../../../shared/http/resources.ts';
import { api } from '../../../link/api.ts';
import { parseAmount, sameAmount, sayAmount } from '../../../ui/amount.ts';
import { AmountField } from '../../../ui/amount-field.tsx';
import { FormSection } from '../../../ui/form-section.tsx';
import { mistakesOf } from '../../../ui/mistakes.ts';
import { asSeen, freshContainer } from '../use-container.ts';
import { Clashes } from './clashes.tsx';
import type { SectionValues } from './drafts.ts';
import { renew } from './saving.ts';
import { labelOf, sectionId } from './sections.ts';
import { strings } from './strings.ts';
import { type SectionForm, useDraft } from './use-draft.ts';

const mebibyte = 1024 * 1024;
/** Microseconds, as the engine's default. */
const cpuPeriod = 100_000;
/** A11, in MiB and cores. */
const memoryRange = { least: 4, most: 1024 * 1024 };
const maxCores = 1024;

const savedOf = ({ limits: { memory, cpu } }: Container): SectionValues['limits'] => ({
  memory: memory === null ? '' : sayAmount(Math.round(memory / mebibyte)),
  cpu,
});

/** What is wrong with the memory's text, in words; `had`: whether there is a limit now. */
function memoryProblem(text: string, had: boolean): string | null {
  if (text.trim() === '') return had ? strings.memoryStays : null;
  const amount = parseAmount(text);
  return amount !== null && amount >= memoryRange.least && amount <= memoryRange.most
    ? null
    : strings.badMemory;
}

/** Memory and CPU, changed while it runs. */
export function useLimitsSection({ container }: { container: Container }) {
  const id = container.internal_id;
  const draft = useDraft(id, 'limits', savedOf(container), {
    words: { label: (field) => labelOf('limits', field) },
    same: sameAmount,
    onEdit: () => save.reset(),
  });
  const { values, changed } = draft;
  const memory = parseAmount(values.memory);
  const save = useMutation({
    mutationFn: () =>
      api.call(updateResources, {
        params: { id },
        // The engine's answer: until it is there, nothing is said to be saved.
        query: { ...asSeen(id), wait: 'true' },
        body: {
          ...(changed.includes('memory') && memory !== null ? { memory: memory * mebibyte } : {}),
          ...(changed.includes('cpu')
            ? {
                cpu_period: cpuPeriod,
                cpu_quota: values.cpu === null ? -1 : Math.round(values.cpu * cpuPeriod),
              }
            : {}),
        },
      }),
    onSettled: () => renew(id),
  });
  const isCpuWell = values.cpu === null || (values.cpu >= 0.01 && values.cpu <= maxCores);
  const local = {
    memory: memoryProblem(values.memory, container.limits.memory !== null),
    cpu_quota: isCpuWell ? null : strings.badCpu,
  };
  const isWrong = local.memory !== null || local.cpu_quota !== null;
  const form: SectionForm = {
    name: 'limits',
    changed: draft.labels,
    clashes: draft.clashes,
    isWrong,
    isBusy: save.isPending,
    check: () => !isWrong,
    isOverrun: async () => draft.isOverrunBy(savedOf(await freshContainer(id))),
    async save() {
      const { message } = await save.mutateAsync();
      draft.discard();
      return message === 'Resources updated' ? 'now' : 'restart';
    },
    discard: draft.discard,
  };
  const hasLimit = container.limits.memory !== null;
  return { form, draft, hasLimit, mistakes: mistakesOf(save.error, Object.keys(local), local) };
}

export function LimitsSection({ model }: { model: ReturnType<typeof useLimitsSection> }) {
  const { values, edit } = model.draft;
  const { at, rest } = model.mistakes;
  return (
    <FormSection
      id={sectionId('limits')}
      title={strings.limits}
      help={strings.limitsHelp}
      onSave={null}
      error={rest}
    >
      <Clashes clashes={model.form.clashes} />
      <Group align="flex-start" gap="md">
        <AmountField
          label={strings.memory}
          description={model.hasLimit ? strings.amountHelp : strings.noMemoryLimit}
          value={values.memory}
          onChange={(memory) => edit({ memory })}
          error={at('memory')}
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
