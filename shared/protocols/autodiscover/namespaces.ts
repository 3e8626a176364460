/** Autodiscover over SOAP: requests, responses and the version header (MS-OXWSADISC). */
export const soapAutodiscover = 'http://schemas.microsoft.com/exchange/2010/Autodiscover';
/** WS-Addressing 1.0. */
export const addressing = 'http://www.w3.org/2005/08/addressing';
/** `xsi:type` and `xsi:nil`. */
export const schemaInstance = 'http://www.w3.org/2001/XMLSchema-instance';

/** Plain XML, the request of Outlook and of nearly every client (MS-OXDSCLI 2.2.3). */
export const outlookRequest = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006';
/** Plain XML, settings and redirections; also the value of AcceptableResponseSchema that asks for them. */
export const outlookResponse = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a';
/** Plain XML, the request of ActiveSync devices (MS-ASCMD 2.2.1.1). */
export const mobileSyncRequest = 'http://schemas.microsoft.com/exchange/autodiscover/mobilesync/requestschema/2006';
/** Plain XML, the outermost element of every response, and its error. */
export const poxResponse = 'http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006';
