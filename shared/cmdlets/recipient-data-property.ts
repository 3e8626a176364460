import { readPicture, setThumbnail, thumbnailOf } from '../domain/mailbox/photos.ts';
import { type Cmdlet, type CmdletParameters, cmdletRefusal } from './cmdlet.ts';
import { refusePrompt } from './given.ts';
import { octetsGiven, pictureRefusal } from './picture-given.ts';
import { requireRecipient } from './recipient-identity.ts';

const kinds: Cmdlet['kinds'] = ['on-premises', 'cloud'];
/** Of this cmdlet; the directory's attribute takes ten times as much ("GAL Photos", Exchange Team Blog). */
const largestPicture = 10_240;

/**
 * `Import-RecipientDataProperty "Bharat Suneja" -Picture -FileData "<base64>"`: the picture of a recipient in the directory,
 * 96 by 96 pixels as a rule. There are no spoken names.
 */
export const recipientDataProperty = {
  import: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', Picture: 'switch', FileData: 'octets', Confirm: 'switch' },
    required: ['Identity', 'FileData'],
    async run(scope, given) {
      requirePicture(given);
      const { directory, organization, transaction, at } = scope;
      const recipient = await requireRecipient(directory(organization.name), organization, String(given['Identity']));
      const picture = octetsGiven(given, 'FileData');
      try {
        await transaction((tx) => setThumbnail(tx, recipient, picture, at, largestPicture));
      } catch (error) {
        throw pictureRefusal(error, largestPicture);
      }
      return [];
    },
  },
  export: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', Picture: 'switch', Confirm: 'switch' },
    required: ['Identity'],
    async run({ directory, organization, transaction }, given) {
      requirePicture(given);
      const recipient = await requireRecipient(directory(organization.name), organization, String(given['Identity']));
      const hash = thumbnailOf(recipient);
      const picture = hash === undefined ? undefined : await transaction((tx) => readPicture(tx, hash));
      if (picture === undefined) throw cmdletRefusal('object-not-found', `There is no picture of ${recipient.displayName}.`);
      return [{ FileData: picture.octets.toString('base64'), Identity: recipient.displayName }];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

function requirePicture(given: CmdletParameters): void {
  refusePrompt(given);
  if (given['Picture'] !== true) throw cmdletRefusal('bad-parameter', 'Say -Picture: there are no spoken names here.');
}
