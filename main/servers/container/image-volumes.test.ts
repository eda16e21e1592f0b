import { expect, it } from 'vitest';
import { strayVolumes } from './image-volumes.ts';

it.each([
  [['/data'], {}, ['/data'], []],
  [['/data/', '/data'], {}, ['/data'], []],
  [['/data'], { '/data': '/srv' }, [], []],
  [['/data2'], { '/data': '/srv' }, ['/data2'], []],
  [['/data/world'], { '/data': '/srv' }, [], ['/data/world']],
  [['/data/world'], { '/data': '/srv', '/data/world': '/srv/world' }, [], []],
  [['/home/container', '/home/container/world', '/home'], {}, ['/home'], ['/home/container/world']],
  [['/home/container/../x'], {}, ['/home/x'], []],
])(
  'F2 of the volumes %j with the mounts %j, %j are outside and %j inside',
  (volumes, mounts, outside, inside) => {
    expect(strayVolumes({ volumes }, { mounts })).toEqual({ outside, inside });
  },
);

it('F2 of an image that nobody could ask nothing is known', () => {
  expect(strayVolumes(null, { mounts: {} })).toEqual({ outside: [], inside: [] });
});
