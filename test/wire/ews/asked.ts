import { envelope } from '../../support/soap.ts';
import type { HttpAnswer, TestLab } from '../../support/test-lab.ts';

const version = '<t:RequestServerVersion Version="Exchange2013_SP1"/>';
export const inbox =
  '<m:GetFolder><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape>' +
  '<m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>';

/** An ExchangeImpersonation header. */
export function impersonating(value: string, by = 'PrimarySmtpAddress'): string {
  return `<t:ExchangeImpersonation><t:ConnectingSID><t:${by}>${value}</t:${by}></t:ConnectingSID></t:ExchangeImpersonation>`;
}

/** Asks a host's EWS for the caller's inbox, with an `Authorization` value and further header elements. */
export function askFor(lab: TestLab, host: string, authorization: string, header = '', body = inbox): Promise<HttpAnswer> {
  return lab.https(`https://${host}/EWS/Exchange.asmx`, {
    method: 'POST',
    headers: { 'content-type': 'text/xml; charset=utf-8', authorization },
    body: envelope(body, version + header),
  });
}

export const cloudHost = 'outlook.office365.test';
export const ownHost = 'mail.contoso.test';
