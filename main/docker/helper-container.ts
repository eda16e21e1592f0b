import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { pause } from '../lib/pause.ts';
import { type CreateBody, containerHome, labels } from './container-options.ts';
import type { HelperEnd, HelperSpec } from './contract.ts';
import { type EngineClient, longCallLimitMs } from './engine-client.ts';

/** How long a helper lives at most, in seconds: one that its host has forgotten ends by itself, and the engine removes it. */
export const helperLifeSeconds = 600;
/** Longest answer that is read, in characters. */
const maxAnswer = 16 * 1024;
/** Between two looks whether the engine has noted a command's end, in ms; the call's limit ends them. */
const lookMs = 10;
const maxProcesses = 64;

/**
 * A19: the container in which root works on the files of one volume. It has that volume and nothing else: no network, an image that
 * can't be written to, and of root's capabilities those that are about whose files they are. Pure.
 */
export function helperOptions(spec: HelperSpec): CreateBody {
  return {
    Image: spec.image,
    Entrypoint: ['/bin/sh', '-c'],
    Cmd: [`exec sleep ${helperLifeSeconds}`],
    // The group of the host's user: without it the kernel takes set-group bits away.
    User: `0:${spec.gid}`,
    WorkingDir: containerHome,
    Labels: { [labels.host]: spec.hostId, [labels.role]: 'helper' },
    HostConfig: {
      Mounts: [{ Type: 'bind', Source: spec.volumePath, Target: containerHome }],
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      AutoRemove: true,
      PidsLimit: maxProcesses,
      CapDrop: ['ALL'],
      CapAdd: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'],
      SecurityOpt: ['no-new-privileges'],
      LogConfig: { Type: 'none', Config: {} },
      // Ends at the first signal: the kernel withholds those from a first process.
      Init: true,
    },
  };
}

const inspectSchema = z.object({ ExitCode: z.number().nullable(), Running: z.boolean() });

/** See `Engine.runHelper`. */
export function runInHelper(client: EngineClient, id: string, command: string[]): Promise<HelperEnd> {
  return client.call(
    `work on a volume in container ${id.slice(0, 12)}`,
    async (docker, abortSignal) => {
      const exec = await docker
        .getContainer(id)
        .exec({ Cmd: command, AttachStdout: true, AttachStderr: true, Tty: true, abortSignal });
      const stream = await exec.start({ Tty: true, hijack: true, stdin: false, abortSignal });
      const output = (await text(stream)).slice(0, maxAnswer);
      let state = inspectSchema.parse(await exec.inspect({ abortSignal }));
      // Its output ends before the engine has noted that it ended.
      while (state.Running) {
        await pause(lookMs, { signal: abortSignal });
        state = inspectSchema.parse(await exec.inspect({ abortSignal }));
      }
      return { code: state.ExitCode ?? -1, output };
    },
    longCallLimitMs,
  );
}
