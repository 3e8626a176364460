import type { contracts } from '../../../shared/protocols/ews/contract.ts';
import type { ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import { errorMessage } from '../../../shared/protocols/ews/response-message.ts';

const success = { class: 'Success' } as const;
const period = { StartTime: { ms: 1_795_000_000_000, isZoned: true }, EndTime: { ms: 1_795_086_400_000, isZoned: true } };

/** Operations whose answer is no list of response messages. */
export type OtherForm = keyof typeof otherAnswers;

export const otherAnswers = {
  GetUserOofSettings: [
    {
      ResponseMessage: success,
      OofSettings: {
        OofState: 'Scheduled',
        ExternalAudience: 'Known',
        Duration: period,
        InternalReply: { Message: '<p>Back soon</p>', lang: 'en-GB' },
        ExternalReply: {},
      },
      AllowExternalOof: 'All',
    },
    { ResponseMessage: errorMessage('ErrorNonExistentMailbox') },
  ],
  SetUserOofSettings: [{ ResponseMessage: success }, { ResponseMessage: errorMessage('ErrorInvalidScheduledOofDuration') }],
} satisfies { readonly [Name in keyof typeof contracts]?: readonly ResponseOf<(typeof contracts)[Name]>[] };
