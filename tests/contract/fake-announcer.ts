import type { Announcer } from '../../main/host/announce.ts';

/** Says that everything was announced without a network; the real one is tried in `main/host/announce.test.ts`. */
export function fakeAnnouncer(): Announcer {
  let state = false;
  return {
    get state() {
      return state;
    },
    async apply(place) {
      state = place !== null;
    },
    async close() {
      state = false;
    },
  };
}
