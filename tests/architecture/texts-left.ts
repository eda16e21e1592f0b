/** Folders whose German has gaps still. It shrinks; nothing is added. */
export const notYetTranslated: readonly string[] = [];

/** Files in which texts stand in English alone still. It shrinks; nothing is added. */
export const notYetClean: readonly string[] = [];

/**
 * Strings that look like texts and are none: selectors, fonts, commands that are typed, what only programmers see. By file, as
 * `bareTexts` gives them.
 */
export const noTexts: Readonly<Record<string, readonly string[]>> = {
  'renderer/features/new-server/commands.ts': ['new server'],
  'renderer/features/new-server/docker/image-start.ts': ['image 1', 'described 1 1'],
  'renderer/features/new-server/eggs/egg-recipe.ts': ['egg 1'],
  'renderer/features/new-server/eggs/import-ways.tsx': ['https://'],
  'renderer/features/new-server/ports.ts': ['variable 1'],
  'renderer/features/new-server/template-picker.tsx': ['(pointer: fine)'],
  'renderer/features/overview/attention-order.ts': ['full 1'],
  'renderer/features/palette/palette-dialog.tsx': ['Esc'],
  'renderer/features/server/backups/inside-dialog.tsx': ['backup files'],
  'renderer/features/server/backups/use-backups.ts': [
    'check backup',
    'delete backups',
    'rehearse backup',
    'restore as new',
    'copy backup',
    'check copy',
    'fetch backup',
    'delete copy',
  ],
  'renderer/features/server/console/command-line.tsx': ['input, textarea, select, [contenteditable]'],
  'renderer/features/server/console/figure-chart.tsx': ['figures of 1'],
  'renderer/features/server/console/make-terminal.ts': [
    'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  ],
  'renderer/features/server/console/terminal-borders.ts': ['xterm-decoration run-border is-1'],
  'renderer/features/server/files/editor/code-theme.ts': ['underline wavy'],
  'renderer/features/server/files/list/use-row-events.ts': ['input, button', 'input, a, button'],
  'renderer/features/server/files/sftp-access.tsx': ['sftp -P 1 1@1'],
  'renderer/features/server/server-context.ts': ['There is no server around this part of the page.'],
  'renderer/features/server/settings/mounts-section.tsx': [
    'Cannot mount to system path',
    '/srv/maps',
    '/maps',
  ],
  'renderer/features/server/settings/stop-section.tsx': ['SIGTERM', 'stop'],
  'renderer/features/settings/strings.ts': [
    'lightdeck --token what',
    'lightdeck --token reset',
    'npm run host -- --token what',
    'npm run host -- --token reset',
  ],
  'renderer/features/sharing/strings.ts': [
    'sudo ufw allow 1/tcp',
    'sudo ufw delete allow 1/tcp',
    'sudo firewall-cmd --add-port=1/tcp',
    'sudo firewall-cmd --remove-port=1/tcp',
  ],
  'renderer/features/shell/shell.tsx': ['(max-width: 47.99em)', 'Lightdeck'],
  'renderer/features/sign-in/strings.ts': ['npm run host -- --token what'],
  'renderer/link/renewal.ts': ['Bearer 1'],
  'renderer/main.tsx': ['The page has no root element.'],
  'renderer/theme/theme.ts': [
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
    'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  ],
  'renderer/ui/amount-field.tsx': ['4 GiB'],
  'renderer/ui/load-part.ts': ['1 could not be loaded'],
  'renderer/ui/page-keys.ts': ['textarea, select, input:not([type="checkbox"]), [role="textbox"]'],
};
