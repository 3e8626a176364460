import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { idWriter } from '../../../shared/protocols/ews/item-id.ts';
import { contactPersonaId, decodePersonaId, directoryPersonaId } from '../../../shared/protocols/ews/persona-id.ts';
import { decodeWrapped, encodeWrapped } from '../../../shared/protocols/ews/wrapped-entry-id.ts';

const guid = fc.uuid().map((text) => text as Guid);
const counter = fc.integer({ min: 0, max: 2 ** 48 - 1 });

test('ids of people come back as they went', () => {
  fc.assert(
    fc.property(guid, guid, counter, (mailbox, database, contact) => {
      expect(decodePersonaId(contactPersonaId(idWriter({ mailbox, database }), contact))).toEqual({ is: 'contact', mailbox, contact });
      expect(decodePersonaId(directoryPersonaId(mailbox))).toEqual({ is: 'directory', recipient: mailbox });
    }),
  );
});

test('an id that Microsoft has published is one of the directory', () => {
  const decoded = decodePersonaId('AAUQAFjZ4UxX8SZCqSPFsmh0cSo=');
  expect(decoded).toEqual({ is: 'directory', recipient: '4ce1d958-f157-4226-a923-c5b26874712a' });
});

test('they are read from nothing else', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.base64String(),
        fc.uint8Array({ minLength: 20, maxLength: 60 }).map((one) => Buffer.from(one).toString('base64')),
      ),
      (text) => {
        const decoded = decodePersonaId(text);
        if (decoded?.is === 'directory') expect(directoryPersonaId(decoded.recipient)).toBe(text);
        else expect(decoded).toBeUndefined();
      },
    ),
  );
  const conversation = idWriter({
    mailbox: '11111111-2222-3333-4444-555555555555' as Guid,
    database: '11111111-2222-3333-4444-555555555555' as Guid,
  });
  expect(decodePersonaId(conversation.conversationId(Buffer.alloc(16, 7)))).toBeUndefined();
});

test('a wrapped entry id comes back as it went, and has the layout of MS-OXOCNTC 2.2.2.2.4.1.1', () => {
  const kind = fc.constantFrom('contact', 'list', 'user', 'group');
  fc.assert(
    fc.property(kind, fc.integer({ min: 0, max: 2 }), fc.uint8Array({ maxLength: 70 }), (is, address, octets) => {
      const entryId = Buffer.from(octets);
      expect(decodeWrapped(encodeWrapped({ is, address, entryId }))).toEqual({ is, address: is === 'contact' ? address : 3, entryId });
    }),
  );
  const entryId = Buffer.of(1);
  expect(encodeWrapped({ is: 'contact', address: 1, entryId }).toString('hex')).toBe('00000000c091add3519dcf11a4a900aa0047faa49301');
  expect(encodeWrapped({ is: 'list', address: 0, entryId })[20]).toBe(0xb4);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (octets) => {
      expect(decodeWrapped(Buffer.from(octets))).toBeUndefined();
    }),
  );
});
