import { Select } from '@mantine/core';
import { useState } from 'react';
import { isLanguageChoice, languages } from '../../../shared/texts/language.ts';
import { desktopApp } from '../../link/desktop.ts';
import { keepLanguageChoice, keptLanguageChoice } from '../../texts/language.ts';
import { passGuard } from '../../ui/leave-guard.ts';
import { showFailure } from '../../ui/show-failure.ts';
import { strings } from './strings.ts';

const choices = [
  { value: 'system', label: strings.languageSystem },
  ...Object.entries(languages).map(([value, label]) => ({ value, label })),
];

/**
 * The page's language, kept in this browser, and by the desktop app for its own texts. Texts are taken once, so the page is loaded anew; whoever has something unsaved open is asked
 * first, by us or by the browser.
 */
export function LanguageChoiceField() {
  const [choice, setChoice] = useState(keptLanguageChoice);
  const [isKept, setKept] = useState(true);
  const choose = (value: string | null): void => {
    if (!isLanguageChoice(value) || value === choice) return;
    passGuard(() => {
      const kept = keepLanguageChoice(value);
      setKept(kept);
      if (!kept) return;
      setChoice(value);
      // Its menus, its tray and its questions speak as the page does.
      const told = desktopApp()?.changePreferences({ language: value }) ?? Promise.resolve();
      told.then(() => window.location.reload(), showFailure);
    });
  };
  return (
    <Select
      label={strings.language}
      description={strings.languageHelp}
      error={isKept ? null : strings.languageNotKept}
      maw={280}
      data={choices}
      value={choice}
      onChange={choose}
      allowDeselect={false}
    />
  );
}
