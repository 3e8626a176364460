import type { AwaitStep } from '../../../shared/scenario/steps.ts';
import { answered, type Ground, type Play } from '../ground.ts';
import { meets } from '../hops.ts';
import { subjectsIn } from '../mailbox.ts';
import { holds } from '../pattern.ts';
import { queueOf } from '../queue.ts';
import { answerOf, millisecondsOf } from './world.ts';

/** Looks, and lets world time pass in strides until it sees it: `seen`, or `late` with what was there instead. */
export const awaited: Play<'await'> = async (of, ground) => {
  const withinMs = millisecondsOf(of.within ?? '1h');
  const stride = of.every ?? '1m';
  const strideMs = Math.max(1, millisecondsOf(stride));
  for (let passedMs = 0; ; passedMs += strideMs) {
    await ground.control.settled();
    const { seen, instead, hopeless = false } = await look(of, ground);
    if (seen) return answered('seen', { text: instead });
    if (hopeless || passedMs >= withinMs) return answered('late', { ok: false, text: instead });
    await ground.control.call('POST', '/v1/clock/advance', { by: stride });
  }
};

interface Looked {
  readonly seen: boolean;
  readonly instead: string;
  /** It will not come any more. */
  readonly hopeless?: boolean;
}

async function look({ hop, mail, queue, move, cmdlet }: AwaitStep, ground: Ground): Promise<Looked> {
  if (hop !== undefined) {
    const exchanges = await ground.control.exchanges({ after: String(ground.mark()) });
    return { seen: exchanges.some((exchange) => meets(exchange, hop)), instead: `${exchanges.length} exchanges` };
  }
  if (mail !== undefined) {
    const { subjects, shown } = await subjectsIn({ of: mail.of, at: mail.at }, ground);
    return { seen: subjects.some((subject) => holds(subject, mail.subject)), instead: shown };
  }
  if (queue !== undefined) {
    const waiting = (await queueOf(ground, queue.at)).join('\n');
    const seen = queue.says === undefined ? waiting === '' : holds(waiting, queue.says);
    return { seen, instead: waiting || 'nothing waits' };
  }
  if (cmdlet !== undefined) {
    const { ok, text } = answerOf(await ground.control.cmdlet(cmdlet.at, cmdlet.line, cmdlet.as));
    return { seen: ok && holds(text, cmdlet.says), instead: text };
  }
  if (move === undefined) throw new Error('nothing to wait for');
  const { objects, refusal } = await ground.control.cmdlet(move.at, `Get-MoveRequest ${move.who}`);
  const status = refusal ?? String(objects[0]?.['Status']);
  const ended = ['Completed', 'CompletedWithWarning', 'Failed'];
  return { seen: status === move.status, instead: status, hopeless: ended.includes(status) };
}
