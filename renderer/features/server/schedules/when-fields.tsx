import { Alert, Chip, Group, Input, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { usualHours, usualMinutes } from '../../../../shared/model/usual-times.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { locale } from '../../../../shared/texts/messages.ts';
import { type Mistakes, mistakesOf } from '../../../ui/mistakes.ts';
import { ZoneSelect } from '../../../ui/zone-select.tsx';
import { cronOfDraft, type WhenDraft } from './draft.ts';
import { strings } from './strings.ts';
import { usePreview } from './use-schedules.ts';
import { previewedMoment, weekdayName } from './when-words.ts';

/** After the last key, in ms. */
const previewAfterMs = 250;

interface WhenFieldsProps {
  when: WhenDraft;
  timeZone: string;
  /** What the form and the host's last refusal say. */
  at: Mistakes['at'];
  onWhen: (changes: Partial<WhenDraft>) => void;
  onTimeZone: (name: string) => void;
}

/** When it is due: picked or written, with the next five times. */
export function WhenFields({ when, timeZone, at, onWhen, onTimeZone }: WhenFieldsProps) {
  const [cron] = useDebouncedValue(cronOfDraft(when), previewAfterMs);
  const preview = usePreview(cron, timeZone);
  const wrong = mistakesOf(preview.error, ['cron', 'time_zone']);
  const problem = (field: string): string | null => at(field) ?? wrong.at(field);
  return (
    <Stack gap="md">
      <Group align="flex-start" gap="md">
        <Select
          label={strings.when}
          data={Object.entries(strings.kinds).map(([value, label]) => ({ value, label }))}
          value={when.kind}
          // What was picked is where one goes on writing.
          onChange={(kind) => onWhen({ kind: kindOf(kind), cron: cronOfDraft(when) ?? when.cron })}
          allowDeselect={false}
          w={{ base: '100%', xs: 220 }}
        />
        <KindFields when={when} problem={problem} onWhen={onWhen} />
      </Group>
      <ZoneSelect value={timeZone} error={problem('time_zone')} onChange={onTimeZone} />
      {wrong.rest && <Alert color="red">{hostText(wrong.rest.message)}</Alert>}
      {preview.data && <Preview runs={preview.data.runs} timeZone={timeZone} />}
    </Stack>
  );
}

const kinds = ['minutes', 'hours', 'daily', 'weekly', 'monthly', 'cron'] as const;
const kindOf = (text: string | null): WhenDraft['kind'] => kinds.find((kind) => kind === text) ?? 'daily';

interface KindFieldsProps {
  when: WhenDraft;
  problem: (field: string) => string | null;
  onWhen: (changes: Partial<WhenDraft>) => void;
}

function KindFields({ when, problem, onWhen }: KindFieldsProps) {
  switch (when.kind) {
    case 'minutes':
      return (
        <Every
          options={usualMinutes}
          word={strings.minutesWord}
          value={when.everyMinutes}
          onChange={(everyMinutes) => onWhen({ everyMinutes })}
        />
      );
    case 'hours':
      return (
        <>
          <Every
            options={usualHours}
            word={strings.hoursWord}
            value={when.everyHours}
            onChange={(everyHours) => onWhen({ everyHours })}
          />
          <NumberInput
            label={strings.atMinute}
            value={when.minute}
            onChange={(minute) => onWhen({ minute: typeof minute === 'number' ? minute : '' })}
            error={problem('minute')}
            allowDecimal={false}
            clampBehavior="none"
            w={120}
          />
        </>
      );
    case 'cron':
      return (
        <TextInput
          label={strings.cron}
          description={strings.cronHelp}
          value={when.cron}
          onChange={(event) => onWhen({ cron: event.currentTarget.value })}
          error={problem('cron')}
          className="mono"
          spellCheck={false}
          autoComplete="off"
          flex={1}
          miw={220}
        />
      );
    case 'daily':
    case 'weekly':
    case 'monthly':
      return (
        <>
          {when.kind === 'weekly' && (
            <Days days={when.days} error={problem('days')} onChange={(days) => onWhen({ days })} />
          )}
          {when.kind === 'monthly' && (
            <Select
              label={strings.dayOfMonth}
              data={monthDays}
              value={when.day}
              onChange={(day) => onWhen({ day: day ?? '1' })}
              allowDeselect={false}
              w={160}
            />
          )}
          <TextInput
            type="time"
            label={strings.time}
            value={when.time}
            onChange={(event) => onWhen({ time: event.currentTarget.value })}
            error={problem('time') ?? problem('cron')}
            w={140}
          />
        </>
      );
  }
}

const monthDays = [
  ...Array.from({ length: 31 }, (_, index) => ({ value: String(index + 1), label: String(index + 1) })),
  { value: 'L', label: strings.lastDay },
];

interface EveryProps {
  options: readonly number[];
  word: (count: number) => string;
  value: number;
  onChange: (value: number) => void;
}

function Every({ options, word, value, onChange }: EveryProps) {
  return (
    <Select
      label={strings.every}
      data={options.map((count) => ({ value: String(count), label: word(count) }))}
      value={String(value)}
      onChange={(text) => onChange(Number(text))}
      allowDeselect={false}
      w={160}
    />
  );
}

/** From Monday on. */
const weekOrder = [1, 2, 3, 4, 5, 6, 0];

function Days({
  days,
  error,
  onChange,
}: {
  days: readonly number[];
  error: string | null;
  onChange: (days: number[]) => void;
}) {
  return (
    <Input.Wrapper label={strings.days} error={error} labelElement="div">
      <Chip.Group
        multiple
        value={days.map(String)}
        onChange={(chosen: string[]) => onChange(chosen.map(Number))}
      >
        <Group gap={6}>
          {weekOrder.map((day) => (
            <Chip key={day} value={String(day)} size="sm">
              {weekdayName(day, 'short')}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </Input.Wrapper>
  );
}

function Preview({ runs, timeZone }: { runs: readonly { at: number; local: string }[]; timeZone: string }) {
  if (runs.length === 0) return <Alert color="yellow">{strings.previewNone}</Alert>;
  const isHere = Intl.DateTimeFormat().resolvedOptions().timeZone === timeZone;
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {strings.preview}
      </Text>
      <ol className="plain-list" aria-label={strings.preview}>
        {runs.map(({ at, local }) => (
          <li key={at}>
            <Text size="sm" className="figures" span>
              {previewedMoment(at, timeZone, local)}
            </Text>
            {!isHere && (
              <Text size="sm" className="quiet figures" span>
                {' '}
                ({strings.here(hereFormat.format(at))})
              </Text>
            )}
          </li>
        ))}
      </ol>
    </Stack>
  );
}

const hereFormat = new Intl.DateTimeFormat(locale(), {
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
