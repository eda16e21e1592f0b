import { NumberInput } from '@mantine/core';
import type { SettingsView } from '../../../shared/http/settings.ts';
import { readRateSchema, trashDaysSchema } from '../../../shared/model/settings.ts';
import { FormSection } from '../../ui/form-section.tsx';
import { mistakesOf } from '../../ui/mistakes.ts';
import { useEdited } from '../../ui/use-edited.ts';
import { type Amount, amountOf } from './checks.ts';
import { keepingStrings as texts } from './keeping-strings.ts';
import { strings } from './strings.ts';
import { useChangeSettings } from './use-settings.ts';

const [daysName, rateName] = ['storage.trash_days', 'backups.read_rate_mb'];

/** How long what is deleted is kept, and how much of the disk backups take while they read. */
export function KeepingSection({ settings }: { settings: SettingsView }) {
  const save = useChangeSettings();
  const { values, isChanged, edit, reset } = useEdited<{ days: Amount; rate: Amount }>(
    { days: settings.storage.trash_days, rate: settings.backups.read_rate_mb },
    save.reset,
  );
  const local = {
    [daysName]: trashDaysSchema.safeParse(values.days).success ? null : texts.badDays,
    [rateName]: readRateSchema.safeParse(values.rate).success ? null : texts.badRate,
  };
  const { at, rest } = mistakesOf(save.error, Object.keys(local), local);
  const onSave = (): void => {
    const { trash_days } = settings.storage;
    const days = Number(values.days);
    save.mutate(
      {
        backups: { read_rate_mb: Number(values.rate) },
        // Only the owner may send these at all.
        ...(days !== trash_days && { storage: { trash_days: days } }),
      },
      { onSuccess: reset },
    );
  };
  return (
    <FormSection
      title={texts.title}
      help={texts.help}
      onSave={onSave}
      isChanged={isChanged}
      isWrong={Object.values(local).some((problem) => problem !== null)}
      isBusy={save.isPending}
      error={rest}
    >
      <NumberInput
        label={texts.readRate}
        description={texts.readRateHelp}
        value={values.rate}
        onChange={(value) => edit({ rate: amountOf(value) })}
        error={at(rateName)}
        clampBehavior="none"
        allowDecimal={false}
        suffix=" MB/s"
        step={10}
        maw={280}
      />
      <NumberInput
        label={texts.trashDays}
        description={settings.owner ? texts.trashDaysHelp : strings.onlyOwner}
        value={values.days}
        onChange={(value) => edit({ days: amountOf(value) })}
        error={at(daysName)}
        disabled={!settings.owner}
        clampBehavior="none"
        allowDecimal={false}
        suffix={values.days === 1 ? texts.day : texts.days}
        maw={280}
      />
    </FormSection>
  );
}
