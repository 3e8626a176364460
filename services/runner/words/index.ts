import type { Answer } from '../../../shared/scenario/outcome.ts';
import type { Word } from '../../../shared/scenario/steps.ts';
import type { Step } from '../../../shared/scenario/story.ts';
import type { Ground, Play } from '../ground.ts';
import { autodiscover } from './autodiscover.ts';
import { awaited } from './await.ts';
import { ews, find, freeBusy, mailTips, meet, send } from './ews.ts';
import { move } from './move.ts';
import { run } from './run.ts';
import { smtp } from './smtp.ts';
import { token } from './token.ts';
import { breakTopology, clock, cmdlet, era, fault, fixTopology, keys, lift } from './world.ts';

/** Every word of the vocabulary. */
const words: { readonly [W in Word]: Play<W> } = {
  cmdlet,
  break: breakTopology,
  fix: fixTopology,
  fault,
  lift,
  clock,
  era,
  keys,
  autodiscover,
  ews,
  freeBusy,
  mailTips,
  find,
  send,
  meet,
  smtp,
  token,
  move,
  run,
  await: awaited,
};

/** Plays one step. Rejects with what is nobody's answer: a lab that has gone, a defect. */
export function playStep({ word, of }: Step, ground: Ground): Promise<Answer> {
  const play = words[word] as Play<Word>;
  return play(of, ground);
}
