import { setPhoto } from '../../../shared/domain/mailbox/photos.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { setUserPhoto as contract } from '../../../shared/protocols/ews/operations/set-user-photo.ts';
import { base64 } from '../../../shared/xml/simple-types.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { openMailboxOf } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

/**
 * The photograph of the caller, or of a mailbox that he may open, as `Set-UserPhoto` writes it. There is no page; what is no
 * picture, or a larger one than the directory takes, is ErrorInvalidArgument (inferred).
 */
export const setUserPhoto: Operation<typeof contract> = async (call, request) => {
  const [answer] = await perItem(call, [request], async ({ Email, Content, TypeRequested }) => {
    if (TypeRequested === 'ProfileHeaderPhoto') throw notSupported('ProfileHeaderPhoto');
    const { guid, owner } = await openMailboxOf(call, Email);
    const picture = base64.parse(Content.trim());
    if (picture === undefined) throw ewsRefusal('ErrorInvalidArgument', { detail: 'Content is no base64' });
    try {
      await call.context.store.transaction((tx) => setPhoto(tx, owner, guid, picture, call.instant));
    } catch (error) {
      if (error instanceof Refusal && (error.code === 'picture-invalid' || error.code === 'picture-too-large'))
        throw ewsRefusal('ErrorInvalidArgument', { detail: error.detail ?? error.code });
      throw error;
    }
    return { class: 'Success' } as const;
  });
  return present(answer, 'the answer for the one user');
};
