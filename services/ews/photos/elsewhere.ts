import { createHash } from 'node:crypto';
import { getUserPhoto as contract } from '../../../shared/protocols/ews/operations/get-user-photo.ts';
import type { Complaint } from '../../../shared/protocols/ews/response-message.ts';
import type { EwsCall } from '../context.ts';
import { askElsewhere } from '../elsewhere/ask.ts';
import type { Askee, Errand } from '../elsewhere/errand.ts';
import { failureMessage, withSource } from '../elsewhere/failure.ts';
import type { PlaceElsewhere } from '../recipient-place.ts';
import { type Photo, type PhotoAnswer, type PhotoRequest, type PhotoSize, tagOf } from './photo.ts';

type Told = Photo | ({ readonly class: 'Error' } & Complaint);

/**
 * The photograph that another organisation has of somebody whose mailbox lies there, or why it shows none; undefined where no
 * way leads there. It is asked each time: nothing that is published tells of a cache.
 */
export async function photoElsewhere(call: EwsCall, place: PlaceElsewhere, size: PhotoSize): Promise<Told | undefined> {
  const told = await askElsewhere(call, [{ ...place, position: 0 }], errandFor(size, call.organization.hosts.web));
  return told.get(0);
}

function errandFor(SizeRequested: PhotoSize, server: string): Errand<Askee, PhotoRequest, PhotoAnswer, Told> {
  return {
    contract,
    offer: 'MSExchange.UserPhotoRetrieval',
    goesByAddressSpace: false,
    requestFor: ([who]) => ({ Email: who?.address ?? '', SizeRequested }),
    parameters: () => '',
    answersIn(response, _, url) {
      if (response.class === 'Error') return [withSource(response, url)];
      const { PictureData: octets } = response;
      return octets === undefined || octets.length === 0 ? [] : [{ octets, tag: tagOf(createHash('sha256').update(octets).digest('hex')) }];
    },
    failed: (failure) => failureMessage(failure, server),
    withoutWay: () => undefined,
  };
}
