import { largestThumbnail, photoOf, readPicture, removePhoto, setPhoto } from '../domain/mailbox/photos.ts';
import { type Cmdlet, cmdletRefusal } from './cmdlet.ts';
import { refusePrompt } from './given.ts';
import { octetsGiven, pictureRefusal } from './picture-given.ts';
import { requireMailbox } from './recipient-identity.ts';

const kinds: Cmdlet['kinds'] = ['on-premises', 'cloud'];

/**
 * `Set-UserPhoto mary -PictureData "<base64>"`: the photograph of a user, in the mailbox and in the directory. It is kept as
 * it comes, and made smaller where it is asked for; there are no previews.
 */
export const userPhoto = {
  get: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text' },
    required: ['Identity'],
    async run(scope, given) {
      const identity = String(given['Identity']);
      const { owner, mailbox } = await requireMailbox(scope, identity);
      const picture = await scope.transaction(async (tx) => {
        const hash = await photoOf(tx, owner, mailbox, false);
        return hash === undefined ? undefined : readPicture(tx, hash);
      });
      // The sense of the sentence: page of Get-UserPhoto.
      if (picture === undefined) throw cmdletRefusal('object-not-found', `There is no user photo of ${owner.displayName}.`);
      const { octets, thumbprint } = picture;
      return [{ Identity: owner.displayName, PictureData: octets.toString('base64'), Thumbprint: thumbprint }];
    },
  },
  set: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', PictureData: 'octets', Confirm: 'switch' },
    required: ['Identity', 'PictureData'],
    async run(scope, given) {
      refusePrompt(given);
      const { owner, mailbox } = await requireMailbox(scope, String(given['Identity']));
      const picture = octetsGiven(given, 'PictureData');
      try {
        await scope.transaction((tx) => setPhoto(tx, owner, mailbox, picture, scope.at));
      } catch (error) {
        throw pictureRefusal(error, largestThumbnail);
      }
      return [];
    },
  },
  remove: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', ClearMailboxPhotoRecord: 'switch', Confirm: 'switch' },
    required: ['Identity'],
    async run(scope, given) {
      refusePrompt(given);
      const { owner, mailbox } = await requireMailbox(scope, String(given['Identity']));
      await scope.transaction((tx) => removePhoto(tx, owner, mailbox, given['ClearMailboxPhotoRecord'] === true, scope.at));
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;
