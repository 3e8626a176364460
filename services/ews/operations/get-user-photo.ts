import { present } from '../../../shared/kernel/assert.ts';
import type { getUserPhoto as contract } from '../../../shared/protocols/ews/operations/get-user-photo.ts';
import { notSupported } from '../failures.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { findPhoto } from '../photos/find.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getuserphoto-operation */
export const getUserPhoto: Operation<typeof contract> = async (call, request) => {
  const [answer] = await perItem(call, [request], async ({ Email, SizeRequested, TypeRequested }) => {
    if (TypeRequested === 'ProfileHeaderPhoto') throw notSupported('ProfileHeaderPhoto');
    const { octets } = await findPhoto(call, Email, SizeRequested);
    return { class: 'Success', HasChanged: true, PictureData: octets } as const;
  });
  return present(answer, 'the answer for the one user');
};
