import { movedUnderWatch } from '../bench/moving-memory.ts';

const usualMib = 2_048;
/** 400 MB. */
const mostMib = 400_000_000 / 1_024 ** 2;

/** Moves a mailbox of 2 GiB, or of as many MiB as are asked for, and throws where the process took more than 400 MB for it. */
export async function largeMailbox([asked]: readonly string[]): Promise<string> {
  const mib = asked === undefined ? usualMib : Number(asked);
  const { peakMib, beforeMib, seconds, items } = await movedUnderWatch(mib);
  const told = `${mib} MiB, ${items} letters: ${seconds.toFixed(0)} s, at most ${peakMib.toFixed(0)} MiB resident (${beforeMib.toFixed(0)} before)\n`;
  if (peakMib > mostMib) throw new Error(`more than ${mostMib.toFixed(0)} MiB: ${told}`);
  return told;
}
