import { decode } from 'jpeg-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jpegOf, picture } from '../../support/pictures.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { basic } from '../../support/soap.ts';
import type { HttpAnswer, TestLab } from '../../support/test-lab.ts';
import { type Ground, openGround } from '../dauth/ground.ts';
import { faultOf } from '../dauth/messages.ts';
import { texts } from './answers.ts';
import { askDelegated } from './delegated.ts';

let ground: Ground;
let lab: TestLab;
beforeAll(async () => {
  ground = await openGround();
  ({ lab } = ground);
});
afterAll(() => lab.close());

const run = (line: string) => runCmdlet<Record<string, unknown>>(lab, 'contoso', line);
const [mary, rob] = ['mary@contoso.test', 'rob@contoso.test'];
const [large, thumbnail] = [jpegOf(648, 648, 20_000), jpegOf(96, 96, 3_000)];
const data = (picture: Buffer) => `"${picture.toString('base64')}"`;
const body = (mail: string, size: string, type = '') =>
  `<m:GetUserPhoto><m:Email>${mail}</m:Email><m:SizeRequested>${size}</m:SizeRequested>${type}</m:GetUserPhoto>`;
const url = (mail: string, size = 'HR96x96') => `https://mail.contoso.test/EWS/Exchange.asmx/s/GetUserPhoto?email=${mail}&size=${size}`;
const get = (address: string, headers: Record<string, string> = {}, method = 'GET') =>
  lab.https(address, { method, headers: { authorization: basic('CONTOSO\\rob', lab.password), ...headers } });

/** What is shown of somebody at a size: the octets, or the code of the refusal. */
async function shown(mail: string, size = 'HR96x96'): Promise<string> {
  const { body: answer } = await lab.ews(rob, body(mail, size));
  return texts(answer, 'PictureData')[0] ?? texts(answer, 'ResponseCode')[0] ?? '';
}
const base64 = (picture: Buffer): string => picture.toString('base64');

describe('which picture', () => {
  test('that of the mailbox for every size; that of the directory for the smallest, and where there is no other', async () => {
    expect(await shown(mary)).toBe('ErrorItemNotFound');
    await run(`Import-RecipientDataProperty mary -Picture -FileData ${data(thumbnail)}`);
    expect([await shown(mary), await shown(mary, 'HR648x648')]).toEqual([base64(thumbnail), base64(thumbnail)]);
    await run(`Set-UserPhoto mary -PictureData ${data(large)}`);
    await run(`Import-RecipientDataProperty mary -Picture -FileData ${data(thumbnail)}`);
    for (const size of ['HR64x64', 'HR96x96', 'HR648x648', 'HR1920xN']) expect(await shown(mary, size)).toBe(base64(large));
    expect(await shown(mary, 'HR48x48')).toBe(base64(thumbnail));
    expect(await run('Export-RecipientDataProperty mary -Picture')).toEqual([{ FileData: base64(thumbnail), Identity: 'Mary' }]);
    expect(await run('Get-UserPhoto mary')).toEqual([{ Identity: 'Mary', PictureData: base64(large), Thumbprint: expect.any(Number) }]);
  });

  test('Set-UserPhoto keeps it in the directory too, Remove-UserPhoto takes both away', async () => {
    await run(`Set-UserPhoto adam -PictureData ${data(large)} -Confirm:$false`);
    expect(await run('Export-RecipientDataProperty adam -Picture')).toEqual([{ FileData: base64(large), Identity: 'Adam' }]);
    await run('Remove-UserPhoto adam -Confirm:$false');
    await expect(run('Get-UserPhoto adam')).rejects.toThrow('There is no user photo of Adam.');
    await run(`Import-RecipientDataProperty adam -Picture -FileData ${data(thumbnail)}`);
    expect(await shown('adam@contoso.test')).toBe('ErrorItemNotFound');
    await run('Remove-UserPhoto adam -ClearMailboxPhotoRecord');
    await run(`Import-RecipientDataProperty adam -Picture -FileData ${data(thumbnail)}`);
    expect(await shown('adam@contoso.test')).toBe(base64(thumbnail));
  });

  test('of somebody whose mailbox lies elsewhere: that of the directory', async () => {
    await run(`Import-RecipientDataProperty joe -Picture -FileData ${data(thumbnail)}`);
    expect(await shown('joe@contoso.test', 'HR648x648')).toBe(base64(thumbnail));
    await expect(run(`Set-UserPhoto joe -PictureData ${data(large)}`)).rejects.toThrow("couldn't be found");
  });

  test.each(['nobody@contoso.test', 'somebody@proseware.test', 'all-staff@contoso.test', ''])('none: %s', async (mail) => {
    expect(await shown(mail)).toBe('ErrorItemNotFound');
  });

  test('no picture behind a profile', async () => {
    const { body: answer } = await lab.ews(rob, body(mary, 'HR96x96', '<m:TypeRequested>ProfileHeaderPhoto</m:TypeRequested>'));
    expect(texts(answer, 'ResponseCode')).toEqual(['ErrorInvalidOperation']);
  });
});

describe('limits', () => {
  test.each([
    ['Import-RecipientDataProperty rob -Picture -FileData', jpegOf(96, 96, 10_241), 'The picture is larger than 10 KB.'],
    ['Set-UserPhoto rob -PictureData', jpegOf(648, 648, 102_401), 'The picture is larger than 100 KB.'],
    ['Set-UserPhoto rob -PictureData', Buffer.from('GIF89a'), 'The file is no JPEG picture.'],
    ['Import-RecipientDataProperty rob -FileData', thumbnail, 'Say -Picture'],
  ])('%s %#', async (line, picture, text) => {
    await expect(run(`${line} ${data(picture)}`)).rejects.toThrow(text);
  });

  test('what is no base64 is refused; what is just small enough is taken', async () => {
    await expect(run('Set-UserPhoto rob -PictureData "C:\\pictures\\rob.jpg"')).rejects.toThrow('as base64 here');
    await run(`Import-RecipientDataProperty rob -Picture -FileData ${data(jpegOf(96, 96, 10_240))}`);
    await run(`Set-UserPhoto rob -PictureData ${data(jpegOf(648, 648, 102_400))}`);
    expect(await shown(rob)).toBe(base64(jpegOf(648, 648, 102_400)));
  });
});

describe('sizes', () => {
  const half = picture(500, 400);
  const shape = (octets: Buffer) => {
    const { width, height, data } = decode(octets, { useTArray: true });
    const middle = Math.floor(height / 2) * width;
    return { width, height, left: data[(middle + 2) * 4] ?? 128, right: data[(middle + width - 3) * 4] ?? 128 };
  };

  test.each([
    ['HR48x48', 48, 38],
    ['HR96x96', 96, 77],
    ['HR240x240', 240, 192],
    ['HR504x504', 500, 400],
    ['HR648x648', 500, 400],
    ['HR1024xN', 500, 400],
  ])('%s of one of 500 by 400', async (size, width, height) => {
    await run(`Set-UserPhoto info -PictureData ${data(half)}`);
    const octets = Buffer.from(await shown('info@contoso.test', size), 'base64');
    const { left, right, ...measures } = shape(octets);
    expect(measures).toEqual({ width, height });
    expect(left).toBeLessThan(40);
    expect(right).toBeGreaterThan(215);
  });

  test('what cannot be read, and what is enormous, stays as it is', async () => {
    for (const [width, height] of [
      [648, 648],
      [4_000, 1_001],
    ] as const) {
      const odd = jpegOf(width, height, 500);
      await run(`Set-UserPhoto info -PictureData ${data(odd)}`);
      expect(await shown('info@contoso.test', 'HR64x64')).toBe(base64(odd));
    }
    await run('Remove-UserPhoto info -Confirm:$false');
  });
});

describe('SetUserPhoto', () => {
  const ask = async (who: string, mail: string, content: string, more = ''): Promise<string | undefined> => {
    const { body: answer } = await lab.ews(
      who,
      `<m:SetUserPhoto><m:Email>${mail}</m:Email><m:Content>${content}</m:Content>${more}</m:SetUserPhoto>`,
    );
    return texts(answer, 'ResponseCode')[0];
  };
  const adam = 'adam@contoso.test';

  test("one's own, which others see", async () => {
    const own = picture(120, 120);
    expect(await ask(adam, adam, base64(own))).toBe('NoError');
    expect(await shown(adam, 'HR120x120')).toBe(base64(own));
    expect(await run('Get-UserPhoto adam')).toMatchObject([{ PictureData: base64(own) }]);
  });

  test.each([
    ['of somebody else', mary, base64(large), '', 'ErrorAccessDenied'],
    ['of nobody', 'nobody@contoso.test', base64(large), '', 'ErrorNonExistentMailbox'],
    ['no base64', adam, '###', '', 'ErrorInvalidArgument'],
    ['no picture', adam, base64(Buffer.from('GIF89a')), '', 'ErrorInvalidArgument'],
    ['one too large', adam, base64(jpegOf(648, 648, 102_401)), '', 'ErrorInvalidArgument'],
    ['one behind a profile', adam, base64(large), '<m:TypeRequested>ProfileHeaderPhoto</m:TypeRequested>', 'ErrorInvalidOperation'],
  ])('%s is refused', async (_, mail, content, more, code) => {
    expect(await ask(adam, mail, content, more)).toBe(code);
  });
});

describe('over HTTP', () => {
  test('the picture with its tag; 304 for whoever has it, until it is another one', async () => {
    const first = await get(url(mary));
    expect([first.status, first.headers['content-type'], first.headers['content-length']]).toEqual([
      200,
      'image/jpeg',
      String(large.length),
    ]);
    const etag = String(first.headers['etag']);
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(await lab.exchangeOf(first)).toMatchObject({ operation: 'GetUserPhoto', status: 200, outcome: 'answered' });
    const again = await get(url(mary), { 'if-none-match': `"other", ${etag}` });
    expect([again.status, again.body, again.headers['etag']]).toEqual([304, '', etag]);
    expect((await get(url(mary), {}, 'HEAD')).headers['etag']).toBe(etag);
    await run(`Set-UserPhoto mary -PictureData ${data(jpegOf(240, 240))}`);
    const changed = await get(url(mary), { 'if-none-match': etag });
    expect([changed.status, changed.headers['content-length']]).toEqual([200, String(jpegOf(240, 240).length)]);
  });

  test('names and paths in any case, an address as it is encoded', async () => {
    const address = 'https://mail.contoso.test/ews/exchange.asmx/S/getuserphoto?SIZE=HR48x48&Email=MARY%40contoso.test';
    expect((await get(address)).status).toBe(200);
  });

  test.each([
    ['nobody', url('nobody@contoso.test'), 404],
    ['somebody without a picture', url('info@contoso.test'), 404],
    ['no size', 'https://mail.contoso.test/EWS/Exchange.asmx/s/GetUserPhoto?email=mary@contoso.test', 400],
    ['a size that is none', url(mary, 'HR97x97'), 400],
    ['no address', url(''), 400],
  ])('%s', async (_, address, status) => {
    const answer = await get(address);
    expect([answer.status, answer.body]).toEqual([status, '']);
    expect(await lab.exchangeOf(answer)).toMatchObject({ outcome: 'refused' });
  });

  test('not without signing in, and not by POST', async () => {
    expect((await lab.https(url(mary))).status).toBe(401);
    expect((await get(url(mary), {}, 'POST')).status).toBe(405);
  });
});

describe('people of another organisation', () => {
  const ask = (mail: string, offer = 'MSExchange.UserPhotoRetrieval'): Promise<HttpAnswer> =>
    askDelegated(ground, offer, body(mail, 'HR96x96'));

  test('see it where the relationship shares photographs', async () => {
    const refused = await ask(rob);
    expect([refused.status, texts(refused.body, 'ResponseCode')]).toEqual([200, ['ErrorAccessDenied']]);
    const check = { check: 'sharing.photos', outcome: 'failed', actual: 'fabrikam.test: PhotosEnabled False' };
    expect((await lab.exchangeOf(refused)).verdict?.checks).toContainEqual(expect.objectContaining(check));
    await run('Set-OrganizationRelationship fabrikam.test -PhotosEnabled $true');
    expect(texts((await ask(rob)).body, 'PictureData')).toEqual([base64(jpegOf(648, 648, 102_400))]);
    const others = ['info@contoso.test', 'nobody@contoso.test', 'somebody@proseware.test', 'joe@contoso.test'];
    const codes = [];
    for (const mail of others) codes.push(...texts((await ask(mail)).body, 'ResponseCode'));
    expect(codes).toEqual(['ErrorItemNotFound', 'ErrorItemNotFound', 'ErrorItemNotFound', 'ErrorProxyRequestNotAllowed']);
  });

  test('need a token for this', async () => {
    expect(faultOf(await ask(rob, 'MSExchange.MailTips'))).toMatchObject({ status: 500, code: 'FailedAuthentication' });
  });
});
