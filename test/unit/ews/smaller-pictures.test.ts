import { expect, test } from 'vitest';
import { pictureIn } from '../../../services/ews/photos/smaller.ts';
import { jpegSize } from '../../../shared/domain/mailbox/jpeg.ts';
import { picture } from '../../support/pictures.ts';

test('a picture that a busy machine has not made smaller in time is made smaller when it is asked for again', async () => {
  const octets = picture(400, 300);
  expect(await pictureIn('late', octets, 'HR96x96', 0)).toBe(octets);
  const made = await pictureIn('late', octets, 'HR96x96');
  expect(jpegSize(made)).toEqual({ width: 96, height: 72 });
  expect(await pictureIn('late', octets, 'HR96x96', 0)).toBe(made);
});
