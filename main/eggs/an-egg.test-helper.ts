/** An egg with nothing odd in it. */
export const anEgg = {
  meta: { version: 'PTDL_v2', update_url: null },
  exported_at: '2026-01-01T00:00:00+00:00',
  name: 'Test',
  author: 'a@example.org',
  description: 'Words.',
  features: [],
  docker_images: { One: 'example/one:1' },
  file_denylist: [],
  startup: 'run {{SERVER_PORT}}',
  config: {
    files: '{}',
    startup: '{"done": "ready"}',
    logs: '{}',
    stop: 'stop',
  },
  scripts: { installation: { script: 'echo hello\n', container: 'example/installer:1', entrypoint: 'bash' } },
  variables: [],
};

/** It as a file, with some fields in place of its own; `undefined` leaves one out. */
export const eggText = (fields: object, version = 'PTDL_v2'): string =>
  JSON.stringify({ ...anEgg, meta: { version, update_url: null }, ...fields });
