import { expect, it } from 'vitest';
import { imageFacts } from './image-facts.ts';

it('F2 G10 an image says who it runs as, its variables and its volumes; what is empty is left out by engines', () => {
  const Config = {
    User: 'steam',
    Env: ['PATH=/bin', 'A=b=c', 'EMPTY='],
    Volumes: { '/data': {}, '/config': {} },
  };
  expect(imageFacts({ Config })).toEqual({
    user: 'steam',
    environment: { PATH: '/bin', A: 'b=c', EMPTY: '' },
    volumes: ['/config', '/data'],
  });
  const none = { user: '', environment: {}, volumes: [] };
  for (const answer of [{}, { Config: null }, { Config: { User: '', Env: null, Volumes: null } }])
    expect(imageFacts(answer)).toEqual(none);
});
