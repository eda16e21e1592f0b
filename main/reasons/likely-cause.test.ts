import { describe, expect, it } from 'vitest';
import { cpuMs } from '../../tests/support/cpu-time.ts';
import { causeCatalogue } from './causes/catalogue.ts';
import { type CauseEvidence, causeFinder } from './likely-cause.ts';
import { mendCatalogue } from './mends.ts';

const find = causeFinder(causeCatalogue);
const evidence = (more: Partial<CauseEvidence>): CauseEvidence => ({
  kind: 'crash',
  code: 1,
  signal: null,
  facts: new Set(),
  lines: [],
  reason: 'crashed (exit code 1)',
  ...more,
});
const causeOf = (...lines: string[]) => find(evidence({ lines }))?.id ?? null;

describe('K2 the likely cause', () => {
  it.each([
    [
      '[12:00:01] [main/INFO]: You need to agree to the EULA in order to run the server. Go to eula.txt for more info.',
      'eula',
    ],
    ['Please accept the Minecraft EULA at https://account.mojang.com/documents/minecraft_eula', 'eula'],
    [
      'java.lang.UnsupportedClassVersionError: net/minecraft/bundler/Main has been compiled by a more recent version',
      'java_version',
    ],
    ['Unsupported Java detected (55.0). Only up to Java 21 is supported.', 'java_version'],
    ['Minecraft 1.20.5 requires running the server with Java 21 or above.', 'java_version'],
    ["Unrecognized VM option 'UseConcMarkSweepGC'", 'java_options'],
    ['[Server thread/WARN]: **** FAILED TO BIND TO PORT!', 'port_in_use'],
    ['java.net.BindException: Address already in use', 'port_in_use'],
    ['Error: listen EADDRINUSE: address already in use :::3000', 'port_in_use'],
    ["couldn't bind to port 27015", 'port_in_use'],
    ['java.lang.OutOfMemoryError: Java heap space', 'heap_full'],
    ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory', 'heap_full'],
    ["terminate called after throwing an instance of 'std::bad_alloc'", 'heap_full'],
    ['java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory', 'process_limit'],
    ['java.io.IOException: No space left on device', 'no_room'],
    ["Error! App '896660' state is 0x202 after update job.", 'no_room'],
    ['GSLT token has expired, please renew it', 'token'],
    ['Could not authenticate: invalid license key', 'token'],
    ['Server attempted to load chunk saved with newer version of minecraft!', 'newer_world'],
    ['net.minecraft.util.DirectoryLock$LockException: /data/./world/session.lock: already locked', 'locked'],
    ['sqlite3.OperationalError: database is locked', 'locked'],
    ['[ERROR]: Couldn’t load region file r.0.0.mca: chunk is corrupted', 'corrupt_world'],
    ['sqlite3.DatabaseError: database disk image is malformed', 'corrupt_world'],
    ['net.fabricmc.loader.impl.FormattedException: Incompatible mods found!', 'mods'],
    ['A single server tick took 60.00 seconds (should be max 0.05)', 'hung'],
    ['./srcds_linux: Exec format error', 'wrong_machine'],
    ['exec ./game: cannot execute binary file', 'wrong_machine'],
    [
      './server: error while loading shared libraries: libssl.so.1.1: cannot open shared object file',
      'library',
    ],
    ["./game: /lib/libc.so.6: version `GLIBC_2.34' not found (required by ./game)", 'library'],
    ['com.google.gson.JsonSyntaxException: Expected BEGIN_OBJECT at line 3', 'config'],
    ['SyntaxError: Unexpected token } in JSON at position 120', 'config'],
    ['in "config.yml", line 12: mapping values are not allowed here', 'config'],
    ['Failed to load config/paper-global.yml', 'config'],
    ['Error: Unable to access jarfile server.jar', 'missing_file'],
    ['sh: ./start.sh: not found', 'missing_file'],
    ["Error: Cannot find module '/app/index.js'", 'missing_file'],
    ['mkdir: cannot create directory: Permission denied', 'permission'],
    ['touch: /etc/x: Read-only file system', 'read_only'],
    ['com.mysql.cj.jdbc.exceptions.CommunicationsException: Connection refused', 'refused'],
  ])('%s', (line, id) => {
    expect(causeOf('Starting', line, '\tat java.base/java.lang.Thread.run(Thread.java:840)')).toBe(id);
  });

  it.each([
    'There are 3 of a max of 20 players online: Port, Token, Lock',
    '<Steve> my token is better than yours',
    '[Server thread/INFO]: Preparing spawn area: 97%',
    'Loaded 7 recipes, 12 advancements',
    'Memory: 512 MB, out of 2048 MB',
    '',
  ])('is not read out of: %s', (line) => {
    expect(causeOf(line)).toBeNull();
  });

  it('goes by what is certain before all words, and by code and signal last', () => {
    const words = ['Address already in use'];
    expect(find(evidence({ lines: words, facts: new Set(['memory_game']) }))).toMatchObject({
      id: 'memory_limit',
      line: null,
    });
    expect(find(evidence({ lines: words, signal: 'SIGSEGV' }))?.id).toBe('port_in_use');
    expect(find(evidence({ signal: 'SIGSEGV' }))?.id).toBe('segfault');
    expect(find(evidence({ code: 127 }))?.id).toBe('not_found');
  });

  it('of installs and starts comes of the host’s own words', () => {
    const install = (reason: string) => find(evidence({ kind: 'install', code: null, reason }))?.id;
    expect(install("the image x can't be downloaded: manifest for x:1 not found: manifest unknown")).toBe(
      'image_missing',
    );
    expect(install("the image x can't be downloaded: dial tcp: lookup r.io: no such host")).toBe(
      'no_network',
    );
    expect(install("the image x can't be downloaded: toomanyrequests: rate limit exceeded")).toBe(
      'registry_limit',
    );
    const start = find(
      evidence({
        kind: 'start',
        code: null,
        reason: 'Bind for 0.0.0.0:25565 failed: port is already allocated',
      }),
    );
    expect(start?.id).toBe('port_taken');
  });

  it('is found quickly in hostile text', () => {
    const hostile = Array.from({ length: 500 }, (_, i) => 'config error line '.repeat(50) + 'a'.repeat(i));
    expect(cpuMs(() => void causeOf(...hostile))).toBeLessThan(5000);
  });
});

describe('the catalogue', () => {
  it('names each cause once, and mends that are there', () => {
    const ids = causeCatalogue.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const mends = new Set(mendCatalogue.map(({ id }) => id));
    for (const cause of causeCatalogue) for (const mend of cause.mends ?? []) expect(mends).toContain(mend);
  });
});
