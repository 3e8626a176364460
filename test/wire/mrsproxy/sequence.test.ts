import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { calmSeams } from '../../../shared/kernel/seams.ts';
import { openMrsSession } from '../../../shared/protocols/mrs/client.ts';
import { actionOf, actions } from '../../../shared/protocols/mrs/namespaces.ts';
import { createSequence, terminateSequence } from '../../../shared/protocols/mrs/sequence-bodies.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openProxyLab, type ProxyLab } from './lab.ts';
import { holdings, mailboxGuid, memoryDestination, memorySource } from './memory-mailbox.ts';
import { anonymous, config, handshake, newId, openByHand, operation, post, say, service } from './messages.ts';

let lab: ProxyLab;
beforeAll(async () => {
  lab = await openProxyLab({ clock: 'frozen@2026-11-04T09:00Z' });
  await lab.set('-MRSProxyEnabled $true');
});
afterAll(() => lab.close());
beforeEach(() => {
  lab.mailboxes = { source: memorySource(holdings()), destination: memoryDestination() };
});

const version = `${service}ExchangeVersionInformation`;
const handleOf = (body: string): string => /Result>(\d+)</.exec(body)?.[1] ?? '';

/** A session with a mailbox that is open under the handle given. */
async function openMailbox() {
  const session = await openByHand(lab);
  await session.say(1, version, handshake);
  const handle = handleOf((await session.say(2, actionOf('IMailbox_Config3'), config(mailboxGuid))).body);
  const connect = operation('IMailbox_Connect2', `<mailboxHandle>${handle}</mailboxHandle><connectFlags>0</connectFlags>`);
  expect((await session.say(3, actionOf('IMailbox_Connect2'), connect)).fault).toBeUndefined();
  return { ...session, handle };
}
const recipientOf = (handle: string) => operation('IMailbox_GetADUser', `<mailboxHandle>${handle}</mailboxHandle>`);

describe('how a sequence is opened', () => {
  const wanted = (changes: object = {}) => ({
    action: actions.createSequence,
    messageId: newId(),
    body: createSequence({ acksTo: anonymous, offered: newId() }),
    ...changes,
  });

  test('with an offer, at the address that was asked', async () => {
    const answer = await say(lab, wanted());
    expect(answer).toMatchObject({ status: 200, message: { action: actions.createSequenceResponse } });
    expect(answer.body).toContain(`<r:Accept><r:AcksTo><a:Address>${lab.url}</a:Address></r:AcksTo></r:Accept>`);
  });

  test.each([
    ['no MessageID', { messageId: undefined }, 'MessageAddressingHeaderRequired'],
    ['no ReplyTo', { replyTo: undefined }, 'MessageAddressingHeaderRequired'],
    ['no offer', { body: createSequence({ acksTo: anonymous, offered: undefined }) }, 'CreateSequenceRefused'],
    [
      'acknowledgements to elsewhere',
      { body: createSequence({ acksTo: 'https://else.test/', offered: 'urn:x' }) },
      'CreateSequenceRefused',
    ],
    ['another body', { body: handshake }, 'CreateSequenceRefused'],
    ['none', { body: undefined }, 'CreateSequenceRefused'],
  ])('%s', async (_, changes, fault) => {
    expect(await say(lab, wanted(changes))).toMatchObject({ status: 500, fault });
  });

  test('an answer that was lost is given again: the same offer opens the same sequence, and nobody else', async () => {
    const message = wanted();
    const identifier = (body: string) => /<r:Identifier>([^<]*)</.exec(body)?.[1];
    const [first, second] = [await say(lab, message), await say(lab, { ...message, messageId: newId() })];
    expect(identifier(first.body)).toBe(identifier(second.body));
    expect(await say(lab, message, { as: 'CONTOSO\\mary' })).toMatchObject({ status: 500, fault: 'ConnectionLimitReached' });
  });
});

describe('a conversation', () => {
  test('word for word', async () => {
    const session = await openByHand(lab);
    const { body } = await session.say(1, version, handshake);
    expect(body.replaceAll(session.identifier, '{sequence}').replaceAll(session.offered, '{offered}')).toBe(
      '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:r="http://schemas.xmlsoap.org/ws/2005/02/rm" xmlns:a="http://www.w3.org/2005/08/addressing">' +
        '<s:Header><r:Sequence s:mustUnderstand="1"><r:Identifier>{offered}</r:Identifier><r:MessageNumber>1</r:MessageNumber></r:Sequence>' +
        '<r:SequenceAcknowledgement><r:Identifier>{sequence}</r:Identifier><r:AcknowledgementRange Lower="1" Upper="1"/>' +
        '<netrm:BufferRemaining xmlns:netrm="http://schemas.microsoft.com/ws/2006/05/rm">31</netrm:BufferRemaining></r:SequenceAcknowledgement>' +
        '<a:Action s:mustUnderstand="1">http://tempuri.org/IMailboxReplicationProxyService/ExchangeVersionInformationResponse</a:Action>' +
        '<a:RelatesTo>urn:test:{sequence}:1</a:RelatesTo></s:Header>' +
        '<s:Body><ExchangeVersionInformationResponse xmlns="http://tempuri.org/" xmlns:b="http://schemas.datacontract.org/2004/07/Microsoft.Exchange.MailboxReplicationService" ' +
        'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><serverVersion><b:BuildMajor>2562</b:BuildMajor><b:BuildMinor>17</b:BuildMinor>' +
        '<b:ComputerName>EX-SE-01.contoso.test</b:ComputerName><b:ProductMajor>15</b:ProductMajor><b:ProductMinor>2</b:ProductMinor>' +
        '<b:SupportedCapabilities>//8Hy///fx8AAAQ=</b:SupportedCapabilities>' +
        '</serverVersion></ExchangeVersionInformationResponse></s:Body></s:Envelope>',
    );
    const last = await session.say(2, actions.lastMessage);
    expect(last).toMatchObject({
      status: 200,
      message: { action: actions.lastMessage, sequence: { identifier: session.offered, number: 2, isLast: true } },
    });
    const { identifier, offered } = session;
    const end = { action: actions.terminateSequence, messageId: newId(), body: terminateSequence(identifier) };
    const acknowledgements = [{ identifier: offered, ranges: [[1, 2]] as const }];
    const ended = await say(lab, { ...end, acknowledgements });
    expect(ended).toMatchObject({
      status: 200,
      message: { action: actions.terminateSequence, acknowledgements: [{ identifier, ranges: [[1, 2]] }] },
    });
    expect(ended.body).toContain(`<r:TerminateSequence><r:Identifier>${offered}</r:Identifier>`);
    expect(await say(lab, end)).toMatchObject({ status: 500, fault: 'UnknownSequence' });
  });

  test('what comes again has the same answer and is not done again', async () => {
    const session = await openMailbox();
    const ask = () => session.say(4, actionOf('IMailbox_GetADUser'), recipientOf(session.handle));
    const [first, second, third] = [await ask(), ...(await Promise.all([ask(), ask()]))];
    expect(first.fault).toBeUndefined();
    expect([second?.body, third?.body]).toEqual([first.body, first.body]);
    expect(lab.mailboxes.source.asked.filter(([what]) => what === 'recipient')).toHaveLength(1);
    // Also under another message id, as a client that has lost its octets would say it.
    await session.say(
      4,
      actionOf('IMailbox_DeleteMailbox'),
      operation('IMailbox_DeleteMailbox', `<mailboxHandle>${session.handle}</mailboxHandle><flags>0</flags>`),
    );
    expect(lab.mailboxes.source.asked.map(([what]) => what)).not.toContain('deleteMailbox');
  });

  test('what the client has confirmed is not kept: it is told what has come', async () => {
    const session = await openByHand(lab);
    await session.say(1, version, handshake);
    const acknowledgements = [{ identifier: session.offered, ranges: [[1, 1]] as const }];
    expect((await session.say(2, version, handshake, { acknowledgements })).body).toContain('>31</netrm:BufferRemaining>');
    const again = await session.say(1, version, handshake);
    expect(again.message).toMatchObject({ action: actions.acknowledgement, acknowledgements: [{ ranges: [[1, 2]] }] });
    expect(again.message?.body).toBeUndefined();
  });

  test('what comes too early is not taken', async () => {
    const session = await openMailbox();
    const early = await session.say(5, actionOf('IMailbox_GetADUser'), recipientOf(session.handle));
    expect(early.message).toMatchObject({ action: actions.acknowledgement, acknowledgements: [{ ranges: [[1, 3]] }] });
    expect(lab.mailboxes.source.asked).toEqual([]);
    await session.say(4, actionOf('IMailbox_GetADUser'), recipientOf(session.handle));
    expect((await session.say(5, actionOf('IMailbox_GetADUser'), recipientOf(session.handle))).fault).toBeUndefined();
    expect(lab.mailboxes.source.asked).toHaveLength(2);
  });

  test('a client that confirms nothing is made to wait', async () => {
    const session = await openByHand(lab);
    for (let number = 1; number <= 32; number += 1)
      expect((await session.say(number, version, handshake)).message?.sequence?.number).toBe(number);
    const full = await session.say(33, version, handshake);
    expect(full.message).toMatchObject({ action: actions.acknowledgement, acknowledgements: [{ ranges: [[1, 32]], remaining: 0 }] });
    const acknowledgements = [{ identifier: session.offered, ranges: [[1, 32]] as const }];
    expect((await session.say(33, version, handshake, { acknowledgements })).message?.sequence?.number).toBe(33);
  });

  test('AckRequested keeps it alive, and tells 0-0 where nothing has come', async () => {
    const session = await openByHand(lab);
    const { identifier } = session;
    const keepAlive = { action: actions.acknowledgementAsked, messageId: newId(), acknowledgementsAsked: [identifier] };
    for (const _ of [1, 2, 3]) {
      expect(await say(lab, keepAlive)).toMatchObject({ status: 200, message: { acknowledgements: [{ identifier, ranges: [[0, 0]] }] } });
      await lab.lab.clock.advance(9 * 60_000);
    }
    await session.say(1, version, handshake);
    const confirm = { action: actions.acknowledgement, acknowledgements: [{ identifier: session.offered, ranges: [[1, 1]] as const }] };
    expect(await say(lab, confirm)).toMatchObject({ status: 202, body: '' });
  });

  test('ten minutes of silence end it, and what it had open', async () => {
    const session = await openMailbox();
    // That the mailbox cannot be let go of is not the matter of whoever comes next.
    lab.mailboxes.source.fails.set('close', new Refusal('MailboxDoesNotExistPermanentException'));
    await lab.lab.clock.advance(600_001);
    expect(await session.say(4, version, handshake)).toMatchObject({
      status: 500,
      fault: 'UnknownSequence',
      reason: 'The value of wsrm:Identifier is not a known Sequence identifier.',
      body: expect.stringContaining(`<r:Identifier>${session.identifier}</r:Identifier>`),
    });
    expect(lab.mailboxes.source.asked).toEqual([['close']]);
  });
});

describe('what is refused', () => {
  test('the sequence of nobody, and of somebody else', async () => {
    const session = await openByHand(lab);
    expect(await session.say(1, version, handshake, {}, { as: 'CONTOSO\\rob' })).toMatchObject({ status: 500, fault: 'UnknownSequence' });
    const sequence = { identifier: 'urn:uuid:none', number: 1, isLast: false };
    expect(await session.say(1, version, handshake, { sequence })).toMatchObject({ status: 500, fault: 'UnknownSequence' });
  });

  test('an answer confirmed that was never sent', async () => {
    const session = await openByHand(lab);
    const acknowledgements = [{ identifier: session.offered, ranges: [[1, 5]] as const }];
    expect(await session.say(1, version, handshake, { acknowledgements })).toMatchObject({ status: 500, fault: 'InvalidAcknowledgement' });
  });

  test('more after the last', async () => {
    const session = await openByHand(lab);
    await session.say(1, actions.lastMessage);
    expect(await session.say(2, version, handshake)).toMatchObject({ status: 500, fault: 'LastMessageNumberExceeded' });
  });

  test.each([['9'.repeat(19)], ['0'], ['-1'], ['x'], ['']])('the message number %s', async (number) => {
    const session = await openByHand(lab);
    const text = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:r="http://schemas.xmlsoap.org/ws/2005/02/rm"><s:Header><r:Sequence><r:Identifier>${session.identifier}</r:Identifier><r:MessageNumber>${number}</r:MessageNumber></r:Sequence><Action xmlns="http://www.w3.org/2005/08/addressing">${version}</Action></s:Header><s:Body/></s:Envelope>`;
    expect((await post(lab, text)).status).toBe(400);
  });

  test('an operation without a sequence, and one that there is not', async () => {
    expect(await say(lab, { action: version, messageId: newId(), body: handshake })).toMatchObject({
      status: 500,
      fault: 'ActionNotSupported',
    });
    const session = await openByHand(lab);
    expect(await session.say(1, 'urn:nothing', handshake)).toMatchObject({ status: 200, fault: 'ActionNotSupported' });
    expect(await session.say(2, `${service}NoSuchThing`, handshake)).toMatchObject({ status: 200, fault: 'ActionNotSupported' });
  });

  test('an operation that Exchange has and this has not: by its name, and the session goes on', async () => {
    const session = await openByHand(lab);
    expect(await session.say(1, actionOf('IMailbox_ConfigPst'), operation('IMailbox_ConfigPst'))).toMatchObject({
      status: 200,
      exception: 'NotImplementedPermanentException',
      reason: 'The operation IMailbox_ConfigPst is not simulated.',
      message: { action: `${service}IMailbox_ConfigPstMailboxReplicationServiceFaultFault` },
    });
    expect((await session.say(2, version, handshake)).fault).toBeUndefined();
  });

  test.each([
    ['a parameter is missing', operation('CloseHandle'), /incomplete content/],
    ['a parameter is none', operation('CloseHandle', '<handle>x</handle>'), /not a valid Int64/],
    ['another element', handshake, /is not the element of CloseHandle/],
    ['no element', undefined, /nothing is not the element/],
  ])('%s', async (_, body, reason) => {
    const session = await openByHand(lab);
    expect(await session.say(1, actionOf('CloseHandle'), body)).toMatchObject({
      status: 200,
      fault: 'DeserializationFailed',
      reason: expect.stringMatching(reason),
    });
    expect((await session.say(2, version, handshake)).fault).toBeUndefined();
  });

  test('a value over the quota: 400, and the message was not taken', async () => {
    const session = await openMailbox();
    const rules = operation(
      'IDestinationFolder_SetRules',
      `<folderHandle>9</folderHandle><rules>${Buffer.alloc(1_048_577).toString('base64')}</rules>`,
    );
    expect((await session.say(4, actionOf('IDestinationFolder_SetRules'), rules)).status).toBe(400);
    expect((await session.say(4, actionOf('IMailbox_GetADUser'), recipientOf(session.handle))).fault).toBeUndefined();
  });

  test('who holds no role, but may open a session', async () => {
    const session = await openByHand(lab, { as: 'CONTOSO\\mary' });
    expect(await session.say(1, version, handshake)).toMatchObject({
      status: 200,
      fault: 'FailedAuthentication',
      reason: 'Access is denied.',
    });
    await runCmdlet(lab.lab, 'contoso', 'Add-RoleGroupMember "Recipient Management" -Member mary');
    const after = await openByHand(lab, { as: 'CONTOSO\\mary' });
    expect((await after.say(1, version, handshake)).fault).toBeUndefined();
  });

  test('the wrong order', async () => {
    const session = await openByHand(lab);
    const order = { status: 200, exception: 'InvalidProxyOperationOrderPermanentException' };
    expect(await session.say(1, actionOf('IMailbox_Config3'), config(mailboxGuid))).toMatchObject(order);
    await session.say(2, version, handshake);
    expect(await session.say(3, actionOf('IMailbox_GetADUser'), recipientOf('7'))).toMatchObject(order);
    const handle = handleOf((await session.say(4, actionOf('IMailbox_Config3'), config(mailboxGuid))).body);
    expect(await session.say(5, actionOf('IMailbox_GetADUser'), recipientOf(handle))).toMatchObject(order);
    const exists = operation('IDestinationMailbox_MailboxExists', `<mailboxHandle>${handle}</mailboxHandle>`);
    expect(await session.say(6, actionOf('IDestinationMailbox_MailboxExists'), exists)).toMatchObject(order);
    const cancel = operation('DataExport_CancelExport', `<dataExportHandle>${handle}</dataExportHandle>`);
    expect(await session.say(7, actionOf('DataExport_CancelExport'), cancel)).toMatchObject(order);
  });

  test('one mailbox too many', async () => {
    await lab.set('-MRSProxyMaxConnections 2');
    const open: Awaited<ReturnType<typeof openByHand>>[] = [];
    const ask = async () => {
      const session = await openByHand(lab);
      open.push(session);
      await session.say(1, version, handshake);
      return session.say(2, actionOf('IMailbox_Config3'), config(mailboxGuid));
    };
    await lab.lab.clock.advance(600_001);
    expect([(await ask()).fault, (await ask()).fault]).toEqual([undefined, undefined]);
    expect(await ask()).toMatchObject({
      exception: 'MRSProxyConnectionLimitReachedTransientException',
      reason:
        "The Mailbox Replication Proxy Service can't process this request because it has reached the maximum number of active MRS connections " +
        'allowed. Current connections: 2, Connections limit: 2.',
    });
    const [first] = open;
    if (first !== undefined)
      await say(lab, { action: actions.terminateSequence, messageId: newId(), body: terminateSequence(first.identifier) });
    expect((await ask()).fault).toBeUndefined();
    await lab.set('-MRSProxyMaxConnections 100');
  });
});

test('a fault rule at mrs.call holds a message up; a client that leaves meanwhile has not been heard', async () => {
  const session = await openMailbox();
  lab.seams = { at: (seam) => (seam === 'mrs.call' ? { rule: 'slow', effect: { kind: 'latency', delayMs: 30 } } : undefined) };
  const ask = () => session.say(4, actionOf('IMailbox_GetADUser'), recipientOf(session.handle));
  const answer = await ask();
  expect(await lab.lab.exchangeOf(answer)).toMatchObject({ outcome: 'answered', faults: [{ rule: 'slow', kind: 'latency' }] });
  lab.seams = { at: (seam) => (seam === 'mrs.call' ? { rule: 'slow', effect: { kind: 'latency', delayMs: 60_000 } } : undefined) };
  const left = openMrsSession(lab.endpoint({ timeoutMs: 200 }));
  await expect(left).rejects.toMatchObject({ code: 'TimeoutErrorTransientException' });
  lab.seams = calmSeams;
  expect((await ask()).body).toBe(answer.body);
  expect(lab.mailboxes.source.asked.filter(([what]) => what === 'recipient')).toHaveLength(1);
});
