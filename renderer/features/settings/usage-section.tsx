import { NumberInput, SimpleGrid, Switch } from '@mantine/core';
import type { SettingsView } from '../../../shared/http/settings.ts';
import { FormSection } from '../../ui/form-section.tsx';
import { mistakesOf } from '../../ui/mistakes.ts';
import { useEdited } from '../../ui/use-edited.ts';
import { type Amount, amountOf, intervalProblem, priceProblem } from './checks.ts';
import { strings } from './strings.ts';
import { useChangeSettings } from './use-settings.ts';

const prices = ['memory_per_gb_hour', 'cpu_per_vcpu_hour', 'storage_per_gb_hour', 'egress_per_gb'] as const;
type Price = (typeof prices)[number];

interface Values extends Record<Price, Amount> {
  enabled: boolean;
  seconds: Amount;
}

const intervalName = 'monitoring.interval_ms';
const priceName = (price: Price): string => `monitoring.billing.${price}`;

/** How often use is measured, and what it costs. */
export function UsageSection({ settings }: { settings: SettingsView }) {
  const save = useChangeSettings();
  const { enabled: isOn, interval_ms, billing } = settings.monitoring;
  const { values, isChanged, edit, reset } = useEdited<Values>(
    { enabled: isOn, seconds: interval_ms / 1000, ...billing },
    save.reset,
  );
  const local: Record<string, string | null> = { [intervalName]: intervalProblem(values.seconds) };
  for (const price of prices) local[priceName(price)] = priceProblem(values[price]);
  const { at, rest } = mistakesOf(save.error, Object.keys(local), local);
  const onSave = (): void => {
    const { enabled, seconds } = values;
    save.mutate(
      {
        monitoring: {
          enabled,
          interval_ms: Math.round(Number(seconds) * 1000),
          billing: {
            memory_per_gb_hour: Number(values.memory_per_gb_hour),
            cpu_per_vcpu_hour: Number(values.cpu_per_vcpu_hour),
            storage_per_gb_hour: Number(values.storage_per_gb_hour),
            egress_per_gb: Number(values.egress_per_gb),
          },
        },
      },
      { onSuccess: reset },
    );
  };
  return (
    <FormSection
      title={strings.usage}
      help={strings.usageHelp}
      onSave={onSave}
      isChanged={isChanged}
      isWrong={Object.values(local).some((problem) => problem !== null)}
      isBusy={save.isPending}
      error={rest}
    >
      <Switch
        label={strings.usageOn}
        checked={values.enabled}
        onChange={(event) => edit({ enabled: event.currentTarget.checked })}
      />
      <NumberInput
        label={strings.interval}
        value={values.seconds}
        onChange={(seconds) => edit({ seconds: amountOf(seconds) })}
        error={at(intervalName)}
        clampBehavior="none"
        decimalScale={3}
        step={10}
        maw={280}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        {prices.map((price) => (
          <NumberInput
            key={price}
            label={strings.priceNames[price]}
            value={values[price]}
            onChange={(value) => edit({ [price]: amountOf(value) })}
            error={at(priceName(price))}
            clampBehavior="none"
            decimalScale={9}
            hideControls
          />
        ))}
      </SimpleGrid>
    </FormSection>
  );
}
