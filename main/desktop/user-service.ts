import { existsSync } from 'node:fs';
import { LightdeckError } from '../../shared/errors.ts';
import type { UserServiceState } from '../../shared/model/user-service.ts';
import type { Asked } from './tray-host.ts';

/** The unit that the deb and the rpm bring (build/systemd/user/lightdeck-app.service). */
export const unitName = 'lightdeck.service';
const unitFile = `/usr/lib/systemd/user/${unitName}`;
/** The service manager's answer is waited for this long, in ms; a start or an end takes longer. */
const askMs = 3_000;
const actMs = 60_000;

export interface UserServiceOptions {
  platform: NodeJS.Platform;
  /** The data folder if that isn't the usual one: the service has the usual one, and is then none of this app's business. */
  otherDataDir: string | null;
  /** Runs a program without a shell, for `ms` at most. Never rejects. */
  run: (program: string, args: readonly string[], ms: number) => Promise<Asked>;
  exists?: (path: string) => boolean;
}

/** The user's own systemd service that is a host without a window, so that servers are looked after when nobody is logged in. */
export class UserService {
  private readonly options: UserServiceOptions;

  constructor(options: UserServiceOptions) {
    this.options = options;
  }

  /** Never rejects. */
  async state(): Promise<UserServiceState> {
    const { platform, otherDataDir, exists = existsSync } = this.options;
    if (platform !== 'linux' || otherDataDir !== null || !exists(unitFile)) return 'unavailable';
    // Without a manager of the user's there is nobody to start it, whatever its files say.
    if ((await this.systemctl(['show-environment'], askMs)).is !== 'answer') return 'unavailable';
    return (await this.systemctl(['is-enabled', '--quiet', unitName], askMs)).is === 'answer' ? 'on' : 'off';
  }

  /** Starts it if it is on, and says whether it is; one that runs already goes on. Never rejects. */
  async begin(): Promise<boolean> {
    if ((await this.state()) !== 'on') return false;
    return (await this.systemctl(['start', unitName], actMs)).is === 'answer';
  }

  /**
   * From now on, or no longer. On: also before the user logs in and after they log out ("linger"), which stays as it is when the service is
   * switched off: other services may count on it. The service itself starts with the app's next start, since the app has the data folder until then.
   * Rejects with LightdeckError `conflict` where the system doesn't let the user.
   */
  async set(on: boolean): Promise<void> {
    if ((await this.state()) === 'unavailable')
      throw new LightdeckError(
        'conflict',
        'This system has no service manager that could run Lightdeck for you.',
      );
    if (!on) {
      await this.must(this.systemctl(['disable', '--now', unitName], actMs), 'switched off');
      return;
    }
    const { is } = await this.options.run('loginctl', ['enable-linger'], actMs);
    if (is !== 'answer')
      throw new LightdeckError(
        'conflict',
        'This system doesn’t let you run services after you log out. Ask its administrator for: sudo loginctl enable-linger YOUR-NAME',
      );
    await this.must(this.systemctl(['enable', unitName], actMs), 'switched on');
  }

  private async must(asked: Promise<Asked>, what: string): Promise<void> {
    if ((await asked).is === 'answer') return;
    throw new LightdeckError(
      'conflict',
      `The service could not be ${what}. In a terminal, systemctl --user status ${unitName} says more.`,
    );
  }

  private systemctl(args: readonly string[], ms: number): Promise<Asked> {
    return this.options.run('systemctl', ['--user', '--no-ask-password', ...args], ms);
  }
}
