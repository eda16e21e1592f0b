import { posix, win32 } from 'node:path';

export interface DataDirOptions {
  platform: NodeJS.Platform;
  env: Record<string, string | undefined>;
  /** The user's home folder. */
  home: string;
}

/**
 * Where the data folder is when nobody says: $XDG_DATA_HOME/lightdeck or ~/.local/share/lightdeck, ~/Library/Application
 * Support/Lightdeck, or %LOCALAPPDATA%\Lightdeck (%APPDATA% where that is not set).
 */
export function defaultDataDir({ platform, env, home }: DataDirOptions): string {
  switch (platform) {
    case 'win32':
      return win32.join(env.LOCALAPPDATA || env.APPDATA || win32.join(home, 'AppData', 'Local'), 'Lightdeck');
    case 'darwin':
      return posix.join(home, 'Library', 'Application Support', 'Lightdeck');
    default: {
      // The XDG rules say that a relative path there must be ignored.
      const xdg = env.XDG_DATA_HOME;
      return posix.join(
        xdg && posix.isAbsolute(xdg) ? xdg : posix.join(home, '.local', 'share'),
        'lightdeck',
      );
    }
  }
}
