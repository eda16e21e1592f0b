import { Button, Group, Paper, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useRef, useState } from 'react';
import { errorText } from '../../../../shared/error-text.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { settingsSections } from './sections.ts';
import { strings } from './strings.ts';
import type { SectionForm, TakesHold } from './use-draft.ts';

interface ChangeBarProps {
  sections: readonly SectionForm[];
  /** Leads to a section. */
  onShow: (section: SectionForm['name']) => void;
}

/** More names would not be read. */
const mostNamed = 6;

const titleOf = (form: SectionForm): string =>
  settingsSections.find(({ name }) => name === form.name)?.title ?? form.name;

/** All that is changed and not saved, in one place: how much, what, *Save* and *Discard*. Ctrl/Cmd+S saves, too. */
export function ChangeBar({ sections, onShow }: ChangeBarProps) {
  const changed = sections.filter(({ changed }) => changed.length > 0);
  const { problem, isBusy, save, forget } = useSaveAll(changed, onShow);
  const wrong = changed.find(({ isWrong }) => isWrong);
  const clashing = changed.find(({ clashes }) => clashes.length > 0);
  const canSave = changed.length > 0 && !wrong && !clashing && !isBusy;
  useSaveKey(save, canSave);
  if (changed.length === 0) return null;
  const names = changed.flatMap((form) => form.changed);
  const more = names.length - mostNamed;
  const shown = names.slice(0, mostNamed).join(', ');
  const first = wrong ?? clashing;
  const hint = wrong
    ? strings.fixFirst(titleOf(wrong))
    : clashing
      ? strings.clashFirst(titleOf(clashing))
      : problem;
  return (
    <Paper component="section" aria-label={strings.unsaved(names.length)} className="surface change-bar">
      <Group justify="space-between" gap="sm">
        <div className="change-bar-text">
          <Text size="sm" fw={600} role="status">
            {strings.unsaved(names.length)}
          </Text>
          <Text size="xs" className="quiet wrapped" lineClamp={2}>
            {more > 0 ? strings.andMore(shown, more) : shown}
          </Text>
          {hint && (
            <Text size="xs" c="var(--state-bad)" role="alert">
              {hint}{' '}
              {first && (
                <button type="button" className="link-button" onClick={() => onShow(first.name)}>
                  {strings.showIt}
                </button>
              )}
            </Text>
          )}
        </div>
        <Group gap="xs" wrap="nowrap">
          <Button
            variant="default"
            disabled={isBusy}
            onClick={() => {
              forget();
              for (const form of changed) form.discard();
            }}
          >
            {strings.discard}
          </Button>
          <Button disabled={!canSave} loading={isBusy} onClick={save} aria-keyshortcuts="Control+S Meta+S">
            {strings.save}
          </Button>
        </Group>
      </Group>
    </Paper>
  );
}

/** Saves section by section, after asking the host whether somebody else was quicker; what it refused stays changed. */
function useSaveAll(changed: readonly SectionForm[], onShow: ChangeBarProps['onShow']) {
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const stopAt = (form: SectionForm, why: string | null): void => {
    setProblem(why);
    onShow(form.name);
  };
  const run = async (): Promise<void> => {
    const wrong = changed.filter((form) => !form.check())[0];
    if (wrong) return stopAt(wrong, null);
    for (const form of changed) if (await form.isOverrun()) return stopAt(form, null);
    const holds: TakesHold[] = [];
    const refused: SectionForm[] = [];
    for (const form of changed)
      await form.save().then(
        (hold) => holds.push(hold),
        () => refused.push(form),
      );
    if (holds.length > 0)
      notifications.show({ message: holds.includes('restart') ? strings.savedWaits : strings.saved });
    const [first] = refused;
    if (first) stopAt(first, strings.refusedAt(titleOf(first)));
  };
  const save = (): void => {
    setBusy(true);
    setProblem(null);
    run()
      .catch((error: unknown) => setProblem(hostText(errorText(error))))
      .finally(() => setBusy(false));
  };
  return { problem, isBusy, save, forget: () => setProblem(null) };
}

function useSaveKey(save: () => void, canSave: boolean): void {
  const latest = useRef({ save, canSave });
  latest.current = { save, canSave };
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== 's') return;
      event.preventDefault();
      if (latest.current.canSave) latest.current.save();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
