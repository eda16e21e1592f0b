import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type DiscoveryEnvironment, discoverEndpoints } from './endpoint-discovery.ts';

function machine(
  parts: Partial<DiscoveryEnvironment> & { files?: Record<string, string>; dirs?: Record<string, string[]> },
) {
  const { files = {}, dirs = {}, ...rest } = parts;
  const find = <T>(from: Record<string, T>, path: string): Promise<T> => {
    const found = from[path];
    return found === undefined ? Promise.reject(new Error(`ENOENT ${path}`)) : Promise.resolve(found);
  };
  const environment: DiscoveryEnvironment = {
    platform: 'linux',
    env: {},
    homedir: '/home/me',
    socketPath: null,
    readFile: async (path) => Buffer.from(await find(files, path)),
    listDir: (path) => find(dirs, path),
    ...rest,
  };
  return environment;
}

const endpoints = async (environment: DiscoveryEnvironment) =>
  (await discoverEndpoints(environment)).map((one) => one.endpoint);
const sha = (name: string) => createHash('sha256').update(name).digest('hex');

function context(name: string, host: string, folder = '/home/me/.docker'): Record<string, string> {
  const meta = JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } });
  return { [`${folder}/contexts/meta/${sha(name)}/meta.json`]: meta };
}

describe('where an engine is looked for', () => {
  it('H3: an explicit setting stands alone, before everything else', async () => {
    const found = await discoverEndpoints(
      machine({ socketPath: '/my/docker.sock', env: { DOCKER_HOST: 'tcp://other:1' } }),
    );
    expect(found).toEqual([
      {
        endpoint: 'unix:///my/docker.sock',
        target: { kind: 'socket', socketPath: '/my/docker.sock' },
        source: 'the setting docker.socket_path',
        explicit: true,
      },
    ]);
  });

  it.each([
    ['unix:///run/d.sock', { kind: 'socket', socketPath: '/run/d.sock' }],
    ['npipe:////./pipe/docker_engine', { kind: 'socket', socketPath: '//./pipe/docker_engine' }],
    ['\\\\.\\pipe\\docker_engine', { kind: 'socket', socketPath: '//./pipe/docker_engine' }],
    ['tcp://10.0.0.5:2375', { kind: 'tcp', host: '10.0.0.5', port: 2375, tls: null }],
    ['tcp://10.0.0.5', { kind: 'tcp', host: '10.0.0.5', port: 2375, tls: null }],
    ['tcp://host:80', { kind: 'tcp', host: 'host', port: 80, tls: null }],
    ['tcp://[::1]:2375', { kind: 'tcp', host: '::1', port: 2375, tls: null }],
    ['10.0.0.5:2375', { kind: 'tcp', host: '10.0.0.5', port: 2375, tls: null }],
  ])('H3: DOCKER_HOST=%s is understood, and stands alone', async (text, target) => {
    const found = await discoverEndpoints(machine({ env: { DOCKER_HOST: text } }));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ target, explicit: true });
  });

  it('H3: DOCKER_TLS_VERIFY takes its files from DOCKER_CERT_PATH', async () => {
    const env = { DOCKER_HOST: 'tcp://host', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' };
    const files = { '/certs/ca.pem': 'CA', '/certs/cert.pem': 'CERT', '/certs/key.pem': 'KEY' };
    const [found] = await discoverEndpoints(machine({ env, files }));
    const tls = { ca: Buffer.from('CA'), cert: Buffer.from('CERT'), key: Buffer.from('KEY'), verify: true };
    expect(found).toMatchObject({
      endpoint: 'tcp://host:2376',
      target: { kind: 'tcp', host: 'host', port: 2376, tls },
    });
  });

  it.each([
    ['ssh://me:secret@host', /ssh:\/\/ are not supported/],
    ['fd://', /fd:\/\/ are not supported/],
    ['unix://', /path of the socket is missing/],
    ['tcp://', /tcp:\/\/HOST:PORT/],
  ])('H3: %s is reported with its problem', async (text, problem) => {
    const [found] = await discoverEndpoints(machine({ env: { DOCKER_HOST: text } }));
    expect(found).toMatchObject({ target: null, problem: expect.stringMatching(problem) });
    expect(found?.endpoint).not.toContain('secret');
  });

  it('H3: DOCKER_CONTEXT is resolved through the hash of its name, also where DOCKER_CONFIG moved the folder', async () => {
    const files = context('remote', 'unix:///far.sock', '/cfg');
    const found = await discoverEndpoints(
      machine({ env: { DOCKER_CONTEXT: 'remote', DOCKER_CONFIG: '/cfg' }, files }),
    );
    expect(found.map((one) => one.endpoint)).toEqual(['unix:///far.sock']);
    expect(found[0]?.source).toContain('remote');
  });

  it('H3: a context whose file names another, or none at all, is a problem', async () => {
    const path = `/home/me/.docker/contexts/meta/${sha('a')}/meta.json`;
    const files = {
      [path]: JSON.stringify({ Name: 'b', Endpoints: { docker: { Host: 'unix:///b.sock' } } }),
    };
    const [wrong] = await discoverEndpoints(machine({ env: { DOCKER_CONTEXT: 'a' }, files }));
    expect(wrong).toMatchObject({ target: null, problem: expect.stringContaining('"b", not "a"') });
    const [absent] = await discoverEndpoints(machine({ env: { DOCKER_CONTEXT: 'gone' } }));
    expect(absent).toMatchObject({
      target: null,
      problem: expect.stringContaining('no Docker context "gone"'),
    });
  });

  it('H3: the current context comes before the usual places, which follow', async () => {
    const files = {
      '/home/me/.docker/config.json': JSON.stringify({ currentContext: 'desktop', auths: {} }),
      ...context('desktop', 'unix:///home/me/.docker/desktop/docker.sock'),
    };
    expect(await endpoints(machine({ files, env: { XDG_RUNTIME_DIR: '/run/user/7' } }))).toEqual([
      'unix:///home/me/.docker/desktop/docker.sock',
      'unix:///var/run/docker.sock',
      'unix:///run/user/7/docker.sock',
      'unix:///run/user/7/podman/podman.sock',
      'unix:///run/podman/podman.sock',
    ]);
  });

  it('H3: the context "default" and a broken configuration leave the usual places', async () => {
    const usual = await endpoints(machine({}));
    expect(usual[0]).toBe('unix:///var/run/docker.sock');
    const config = '/home/me/.docker/config.json';
    expect(await endpoints(machine({ files: { [config]: '{ broken' } }))).toEqual(usual);
    expect(await endpoints(machine({ files: { [config]: '{"currentContext":"default"}' } }))).toEqual(usual);
    expect(await endpoints(machine({ env: { DOCKER_CONTEXT: 'default' } }))).toEqual(usual);
  });

  it('H3: macOS: Docker Desktop, the usual socket, every profile of Colima and Lima, Podman', async () => {
    const dirs = { '/home/me/.colima': ['other', 'default', '_lima'], '/home/me/.lima': ['docker'] };
    expect(await endpoints(machine({ platform: 'darwin', dirs, env: { TMPDIR: '/tmp/x' } }))).toEqual([
      'unix:///home/me/.docker/run/docker.sock',
      'unix:///var/run/docker.sock',
      'unix:///home/me/.colima/default/docker.sock',
      'unix:///home/me/.colima/other/docker.sock',
      'unix:///home/me/.orbstack/run/docker.sock',
      'unix:///home/me/.rd/docker.sock',
      'unix:///home/me/.lima/default/sock/docker.sock',
      'unix:///home/me/.lima/docker/sock/docker.sock',
      'unix:///tmp/x/podman/podman-machine-default-api.sock',
      'unix:///home/me/.local/share/containers/podman/machine/podman.sock',
    ]);
  });

  it('H3: Windows: the pipes, and contexts under its own paths', async () => {
    const homedir = 'C:\\Users\\me';
    const files = {
      'C:\\Users\\me\\.docker\\config.json': '{"currentContext":"desktop-linux"}',
      [`C:\\Users\\me\\.docker\\contexts\\meta\\${sha('desktop-linux')}\\meta.json`]: JSON.stringify({
        Name: 'desktop-linux',
        Endpoints: { docker: { Host: 'npipe:////./pipe/dockerDesktopLinuxEngine' } },
      }),
    };
    expect(await endpoints(machine({ platform: 'win32', homedir, files }))).toEqual([
      'npipe:////./pipe/dockerDesktopLinuxEngine',
      'npipe:////./pipe/docker_engine',
      'npipe:////./pipe/podman-machine-default',
    ]);
  });
});
