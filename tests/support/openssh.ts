import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from './temp.ts';

export interface Login {
  username: string;
  password: string;
  port: number;
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** OpenSSH's own programs, each with a home of its own; the password comes by SSH_ASKPASS. The caller's temporary folder ends with the test. */
export class OpenSsh {
  private readonly login: Login;
  /** Where relative local paths are. */
  readonly folder: string;
  private readonly askpass: string;

  constructor(login: Login, folder = tempDir()) {
    this.login = login;
    this.folder = folder;
    const home = tempDir();
    this.askpass = join(home, 'askpass');
    writeFileSync(this.askpass, '#!/bin/sh\nprintf "%s\\n" "$LIGHTDECK_TEST_PASSWORD"\n', { mode: 0o700 });
  }

  /** Runs commands of `sftp`, ending at the first that fails (unless it begins with a dash). */
  sftp(...commands: string[]): Promise<Ended> {
    const args = [...this.options(), '-o', 'BatchMode=no', '-b', '-', '-P', String(this.login.port)];
    return this.run('sftp', [...args, `${this.login.username}@127.0.0.1`], `${commands.join('\n')}\n`);
  }

  /** Runs `scp`; `:path` stands for a path on the host. */
  scp(...args: string[]): Promise<Ended> {
    const full = args.map((arg) => (arg.startsWith(':') ? `${this.login.username}@127.0.0.1${arg}` : arg));
    return this.run('scp', [...this.options(), '-P', String(this.login.port), ...full]);
  }

  ssh(...args: string[]): Promise<Ended> {
    const target = ['-p', String(this.login.port), `${this.login.username}@127.0.0.1`];
    return this.run('ssh', [...this.options(), ...target, ...args]);
  }

  private options(): string[] {
    const options = {
      StrictHostKeyChecking: 'no',
      UserKnownHostsFile: '/dev/null',
      GlobalKnownHostsFile: '/dev/null',
      PubkeyAuthentication: 'no',
      PreferredAuthentications: 'password',
      NumberOfPasswordPrompts: '1',
      LogLevel: 'ERROR',
    };
    return [
      '-F',
      '/dev/null',
      ...Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]),
    ];
  }

  private run(program: string, args: string[], input = ''): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, {
        cwd: this.folder,
        env: {
          ...process.env,
          SSH_ASKPASS: this.askpass,
          SSH_ASKPASS_REQUIRE: 'force',
          LIGHTDECK_TEST_PASSWORD: this.login.password,
        },
      });
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (data: Buffer) => {
        stdout += data.toString();
      });
      child.stderr.on('data', (data: Buffer) => {
        stderr += data.toString();
      });
      child.stdin.on('error', () => {});
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
      child.stdin.end(input);
    });
  }
}
