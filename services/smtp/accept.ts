import { carryOutAcceptance, planAcceptance } from '../../shared/bridges/mailflow/accept.ts';
import { pastHeld } from '../../shared/bridges/mailflow/past-held.ts';
import type { TransportMessage } from '../../shared/domain/mailflow/transport-message.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import type { Settings } from '../../shared/domain/organization/settings.ts';
import type { Transaction } from '../../shared/domain/organization/transaction.ts';
import type { Instant } from '../../shared/kernel/clock.ts';
import type { OpenExchange } from '../../shared/kernel/exchange.ts';
import { tags } from '../../shared/kernel/mapi.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';
import { judge } from '../../shared/kernel/verdict.ts';
import type { SmtpReply } from '../../shared/service/smtp-session.ts';
import { readBlob } from '../../shared/store/blob.ts';
import type { ScopeRefusalCode } from '../../shared/store/change-feed.ts';
import type { SubmissionParts } from './context.ts';
import { stepReply } from './failures.ts';
import { noteTaken, type TakenRefusalCode } from './transport/taken.ts';

/** Who takes a message, and as what it is noted. */
export interface Taking {
  readonly organization: Organization;
  readonly settings: Settings;
  /** What is said, with a 250, of a message that was taken. */
  answer(messageId: string, number: number): string;
  readonly instant: Instant;
  readonly exchange: OpenExchange;
  /** What it is known by when it is brought once more; undefined: it is taken whenever it comes. */
  readonly fingerprint?: string | undefined;
}

/**
 * Puts a message into the mailboxes and queues of all whom it is for, in one transaction; the reply follows the commit.
 *
 * @param besides what else that transaction does
 */
export async function acceptMessage(
  parts: SubmissionParts,
  taking: Taking,
  message: TransportMessage,
  besides?: (tx: Transaction) => Promise<void>,
): Promise<SmtpReply> {
  const { organization, settings, instant, exchange, fingerprint } = taking;
  const { store, identifiers } = parts;
  const directory = parts.directory(organization.name);
  const ground = {
    ...{ read: store.read, blobs: (hash: string) => readBlob(store.read, hash), directory, identifiers },
    ...{ organization, settings },
  };
  try {
    const { plan, number } = await pastHeld(ground, async (asked) => {
      const planned = await planAcceptance(asked, message, instant);
      const carryOut = async (tx: Transaction): Promise<number> => {
        await besides?.(tx);
        const numbered = await carryOutAcceptance(tx, ground, planned, instant);
        if (fingerprint !== undefined) await noteTaken(tx, fingerprint, numbered, instant);
        return numbered;
      };
      return { plan: planned, number: await store.transaction(carryOut, { gathered: true }) };
    });
    if (plan.verdict !== undefined) exchange.judged(judge(plan.verdict.checks));
    const { mime } = message.item;
    const local = plan.delivery.verdict === undefined ? '' : ', delivered';
    exchange.note({
      code: 'accepted',
      detail: `${mime.length} octets, number ${number}, ${plan.onward.length} recipients elsewhere${local}`,
    });
    return takenReply(taking, message, number);
  } catch (error) {
    if (error instanceof Refusal && error.code === takenBefore) {
      const number = Number(error.values['number']);
      exchange.note({ code: 'accepted', detail: `brought once more, and taken before as number ${number}` });
      return takenReply(taking, message, number);
    }
    if (!(error instanceof Refusal && error.code === 'scope-held')) throw error;
    const { code, detail = '' } = error as Refusal<ScopeRefusalCode>;
    exchange.note({ code, detail });
    return stepReply(code, detail);
  }
}

const takenBefore: TakenRefusalCode = 'taken-before';

function takenReply({ answer }: Taking, { item }: TransportMessage, number: number): SmtpReply {
  return { code: 250, text: answer(String(item.properties[tags.internetMessageId] ?? ''), number) };
}
