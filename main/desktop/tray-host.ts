/** How a program that was asked ended: with these words, in failure, or there is no such program. */
export type Asked = { is: 'answer'; text: string } | { is: 'failed' } | { is: 'missing' };

export interface TrayHostOptions {
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
  /** Runs a program without a shell, for `ms` at most. Never rejects. */
  run: (program: string, args: readonly string[], ms: number) => Promise<Asked>;
}

/** The desktop's answer is waited for this long, in ms. */
const answerMs = 1_000;
const watcher = 'org.kde.StatusNotifierWatcher';
const property = 'IsStatusNotifierHostRegistered';

/** Either of them is there on nearly every desktop; both ask the session's D-Bus for the same property. */
const questions: readonly { program: string; args: readonly string[]; yes: RegExp }[] = [
  {
    program: 'gdbus',
    args: [
      ...['call', '--session', '--dest', watcher, '--object-path', '/StatusNotifierWatcher'],
      ...['--method', 'org.freedesktop.DBus.Properties.Get', watcher, property],
    ],
    yes: /^\(<true>,\)/,
  },
  {
    program: 'busctl',
    args: ['--user', 'get-property', watcher, '/StatusNotifierWatcher', watcher, property],
    yes: /^b true/,
  },
];

/** Desktops whose panel has a tray of the older kind, which nobody can be asked about; Plasma for where no program can ask. */
const traysByName = ['XFCE', 'MATE', 'LXDE', 'LXQt', 'X-Cinnamon', 'Budgie', 'Unity', 'KDE'];

/**
 * Whether this desktop shows tray icons at all: making one fails nowhere on Linux, but stock GNOME and plain window managers show none,
 * and an app that hides there is gone.
 */
export class TrayHost {
  private readonly options: TrayHostOptions;
  private isThereNow: boolean;

  constructor(options: TrayHostOptions) {
    this.options = options;
    this.isThereNow = options.platform !== 'linux';
  }

  /** As it was when it was looked at last; before that, none on Linux. */
  get isThere(): boolean {
    return this.isThereNow;
  }

  /** Asks the desktop; a login starts this app before the panel, perhaps, so it is worth asking again. Never rejects. */
  async look(): Promise<void> {
    const { platform, env, run } = this.options;
    if (platform !== 'linux') return;
    for (const { program, args, yes } of questions) {
      const asked = await run(program, args, answerMs);
      if (asked.is === 'missing') continue;
      this.isThereNow = (asked.is === 'answer' && yes.test(asked.text)) || hasTrayByName(env);
      return;
    }
    this.isThereNow = hasTrayByName(env);
  }
}

function hasTrayByName(env: NodeJS.ProcessEnv): boolean {
  const names = (env.XDG_CURRENT_DESKTOP ?? '').split(':').map((name) => name.toLowerCase());
  return traysByName.some((name) => names.includes(name.toLowerCase()));
}
