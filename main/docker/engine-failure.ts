import { errorText } from '../../shared/error-text.ts';
import { systemCode } from '../lib/system-error.ts';
import { DeadlineError } from './deadline.ts';

/** Why an engine can't be used. `cause` is what happened, `help` what to do about it; both whole sentences for people. */
export interface EngineFailure {
  code:
    | 'nothing_found'
    | 'missing'
    | 'permission_denied'
    | 'refused'
    | 'timeout'
    | 'not_an_engine'
    | 'not_ready'
    | 'unsupported'
    | 'tls'
    | 'connection_lost';
  cause: string;
  help: string;
}

/** The system's code of anything thrown, looked for in causes, too, and in the bundle that several addresses give. */
export function innerCode(thrown: unknown, depth = 0): string | null {
  if (!(thrown instanceof Error) || depth > 4) return null;
  const own = systemCode(thrown);
  if (own !== '' && own !== 'ABORT_ERR') return own;
  if (thrown instanceof AggregateError) {
    for (const inner of thrown.errors) {
      const code = innerCode(inner, depth + 1);
      if (code !== null) return code;
    }
  }
  return innerCode(thrown.cause, depth + 1);
}

/** Describes for people what a probe of `endpoint` threw. EACCES, ENOENT, ECONNREFUSED and silence each have their own. */
export function describeFailure(thrown: unknown, endpoint: string, platform: NodeJS.Platform): EngineFailure {
  if (thrown instanceof DeadlineError) {
    return {
      code: 'timeout',
      cause: `The engine at ${endpoint} gave no answer within ${thrown.ms / 1000} s.`,
      help: helpFor(platform, {
        linux:
          'It hangs or is overloaded: look at its log (journalctl -u docker) and restart it (systemctl restart docker).',
        darwin: 'It is starting, or it hangs: wait until Docker Desktop says that it runs, or restart it.',
        win32: 'It is starting, or it hangs: wait until Docker Desktop says that it runs, or restart it.',
      }),
    };
  }
  const code = innerCode(thrown);
  if (code === 'EACCES' || code === 'EPERM') return denied(endpoint, platform);
  if (code === 'ENOENT' || code === 'ENOTSOCK') return missing(endpoint, platform);
  if (code === 'ECONNREFUSED') return refused(endpoint, platform);
  if (
    code === 'ENOTFOUND' ||
    code === 'EAI_AGAIN' ||
    code === 'EHOSTUNREACH' ||
    code === 'ENETUNREACH' ||
    code === 'ETIMEDOUT'
  ) {
    return {
      code: 'refused',
      cause: `The machine of ${endpoint} can't be reached (${code}).`,
      help: 'Check the name and the port, the network, and firewalls between here and there.',
    };
  }
  if (code !== null && /CERT|TLS|SSL|SELF_SIGNED|ALTNAME|ERR_OSSL/.test(code)) {
    return {
      code: 'tls',
      cause: `The secure connection to ${endpoint} failed (${code}).`,
      help: 'Check DOCKER_TLS_VERIFY and the files ca.pem, cert.pem and key.pem in DOCKER_CERT_PATH (or the context).',
    };
  }
  const text = errorText(thrown);
  return {
    code: 'connection_lost',
    cause: `The connection to the engine at ${endpoint} broke (${text}).`,
    help: 'The engine is stopping or restarting, or something other than a Docker engine listens there.',
  };
}

function denied(endpoint: string, platform: NodeJS.Platform): EngineFailure {
  return {
    code: 'permission_denied',
    cause: `This user may not use the engine at ${endpoint}.`,
    help: helpFor(platform, {
      linux:
        'Add the user to the docker group (sudo usermod -aG docker $USER), log out and in again; or use rootless Docker. Snap and Flatpak programs need the socket permitted by hand.',
      darwin:
        'Start Docker Desktop as this user, and allow "the default Docker socket" in its advanced settings.',
      win32: 'Add the user to the group docker-users, sign out and in again.',
    }),
  };
}

function missing(endpoint: string, platform: NodeJS.Platform): EngineFailure {
  return {
    code: 'missing',
    cause: `There is no engine at ${endpoint}: it isn't installed, or it isn't running.`,
    help: startHelp(platform),
  };
}

function refused(endpoint: string, platform: NodeJS.Platform): EngineFailure {
  return {
    code: 'refused',
    cause: `Nobody listens at ${endpoint}: the engine that made it has ended.`,
    help: startHelp(platform),
  };
}

/** What to do where no engine runs at all. */
export function startHelp(platform: NodeJS.Platform): string {
  return helpFor(platform, {
    linux: 'Install Docker if it is missing, then start it: sudo systemctl enable --now docker.',
    darwin: 'Install Docker Desktop (or Colima, OrbStack, Rancher Desktop) if none is there, then start it.',
    win32: 'Install Docker Desktop if it is missing, then start it, with Linux containers.',
  });
}

function helpFor(platform: NodeJS.Platform, texts: { linux: string; darwin: string; win32: string }): string {
  return platform === 'darwin' ? texts.darwin : platform === 'win32' ? texts.win32 : texts.linux;
}
