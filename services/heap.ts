import { setFlagsFromString } from 'node:v8';

/** Of Node, for a process that is a lab's own, as in package.json: clearing a young generation of its usual size stops everybody for 15 ms and more. */
export const nodeFlags: readonly string[] = ['--max-semi-space-size=16'];

/**
 * For the C library, in the environment of the same process, where something of ours starts it (mallopt(3); other libraries pay no heed): what
 * Node's pool of threads has freed would stay with the arena of each, and what is large, once some of it was freed, in the heap, too.
 */
export const allocator: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '262144' };

/**
 * For a process that is a lab's own, before it starts one. What is old is collected when it has grown by half: left to itself V8 waits
 * until it is four times what is in use, and the process stays that large. And what is made is young: V8 makes old from the
 * beginning what mostly lived long where it is made, and that is judged while the lab starts; elements of XML would all be.
 */
export function tuneCollector(): void {
  setFlagsFromString('--heap-growing-percent=50');
  setFlagsFromString('--no-allocation-site-pretenuring');
}

/** Starting, and seeding above all, makes much that lives briefly: where new space has no room to grow it takes 60 MB less and no longer. */
export async function withoutGrowth<Made>(make: () => Promise<Made>): Promise<Made> {
  setFlagsFromString('--semi-space-growth-factor=1');
  try {
    return await make();
  } finally {
    setFlagsFromString('--semi-space-growth-factor=2');
  }
}
