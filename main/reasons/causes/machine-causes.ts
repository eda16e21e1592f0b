import type { CauseEntry } from './entry.ts';

/** What the engine, the kernel or the host know for certain: they come before all that is read out of words. */
export const machineCauses: readonly CauseEntry[] = [
  {
    id: 'memory_limit',
    title: 'Its memory limit was too small',
    text: 'It needed more memory than its limit allows, and the system ended it. Raise the limit, or let the game use less (fewer players, mods or chunks, a smaller Java heap).',
    facts: ['memory_game'],
    mends: ['raise_memory', 'limits'],
  },
  {
    id: 'machine_booted',
    title: 'This machine was restarted',
    text: 'It went down together with the machine that it runs on. Nothing is wrong with the server.',
    facts: ['machine_booted'],
  },
  {
    id: 'engine_away',
    title: 'The Docker engine was stopped or restarted',
    text: 'The engine ended, and took the server along. Nothing is wrong with the server; it is started again when the engine is back, unless its restart policy says otherwise.',
    facts: ['engine_away'],
  },
  {
    id: 'from_outside',
    title: 'Somebody ended it with Docker',
    text: 'A person or a program on this machine stopped, killed or removed its container without Lightdeck: look for scripts, other panels and docker commands.',
    facts: ['from_outside'],
  },
  {
    id: 'no_room',
    title: 'There was no room left to write to',
    text: 'Its files could not be saved. Delete what is not needed (old backups and logs in its files), or give it a larger volume.',
    lines: [
      'no space left on device',
      'ENOSPC',
      'disk quota exceeded',
      'EDQUOT',
      'not enough (?:free )?(?:disk )?space',
      'there is not enough space on the disk',
      'database or disk is full',
      'state is 0x202 after update',
    ],
    facts: ['volume_full'],
    mends: ['files', 'volume'],
    features: ['steam_disk_space'],
  },
  {
    id: 'memory_child',
    title: 'A program that it had begun ran out of memory',
    text: 'The system ended one of its child processes at the memory limit, and the server failed without it. Raise the limit.',
    facts: ['memory_child'],
    mends: ['raise_memory', 'limits'],
  },
];

/** By signal or code alone, where no word says more. */
export const lastCauses: readonly CauseEntry[] = [
  {
    id: 'not_executable',
    title: 'Its program may not be executed',
    text: 'A program of the startup command is not marked as executable, or is made for another machine. Look at its file, or choose another image.',
    codes: [126],
    mends: ['files', 'start_settings'],
  },
  {
    id: 'not_found',
    title: 'Its program is not there',
    text: 'A program of the startup command was not found. Check its name and whether its files are installed.',
    codes: [127],
    mends: ['start_settings', 'files'],
  },
  {
    id: 'illegal_instruction',
    title: 'It needs another processor',
    text: 'The program used an instruction that this machine’s processor doesn’t have (or its files are damaged). Choose an image or version for older processors.',
    signals: ['SIGILL'],
    mends: ['image'],
  },
  {
    id: 'segfault',
    title: 'The program itself is faulty',
    text: 'It touched memory that wasn’t its own, which is a fault in the game, a mod or a library. Update it, or take out what was added last.',
    signals: ['SIGSEGV', 'SIGBUS'],
    mends: ['files', 'image'],
  },
  {
    id: 'aborted',
    title: 'The program gave itself up',
    text: 'It found something that must not be and ended itself at once. Its last lines say more.',
    signals: ['SIGABRT', 'SIGFPE', 'SIGTRAP'],
    mends: ['files'],
  },
  {
    id: 'killed_inside',
    title: 'It was killed, and nobody has told by whom',
    text: 'Something inside its container or on this machine sent it SIGKILL. It may have been a watchdog of the game, or the machine was short of memory.',
    signals: ['SIGKILL'],
  },
];
