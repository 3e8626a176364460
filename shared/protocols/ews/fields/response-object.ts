import { body } from '../types/body.ts';
import { itemId } from '../types/item-ids.ts';
import { instant, truth } from '../types/simple.ts';
import { fieldTable, unfilled } from './field.ts';

const written = { uri: null, writable: true } as const;

/** What response objects have beside fields of messages; behind every table of a message. */
export const responseObjectFields = fieldTable('', 500, {
  ReferenceItemId: unfilled(itemId, written),
  NewBodyContent: unfilled(body, written),
  IsSpecificMessageReply: unfilled(truth, written),
  ProposedStart: unfilled(instant, written),
  ProposedEnd: unfilled(instant, written),
});
