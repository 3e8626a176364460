const outlook = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006';
const wanted = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a';
const autodiscover = 'http://schemas.microsoft.com/exchange/2010/Autodiscover';

/** A request in plain XML; `namespace` and `schema` may be wrong. */
export function poxRequest(address: string, { namespace = outlook, schema = wanted } = {}): string {
  return `<Autodiscover xmlns="${namespace}"><Request><EMailAddress>${address}</EMailAddress><AcceptableResponseSchema>${schema}</AcceptableResponseSchema></Request></Autodiscover>`;
}

/** An envelope around a body. */
export function envelope(body: string, header = '', soap = 'http://schemas.xmlsoap.org/soap/envelope/'): string {
  return `<s:Envelope xmlns:s="${soap}" xmlns:wsa="http://www.w3.org/2005/08/addressing"><s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;
}

/** The header that every Autodiscover request has, with an Action where one is given. */
export function soapHeader(action?: string): string {
  const version = `<RequestedServerVersion xmlns="${autodiscover}">Exchange2013</RequestedServerVersion>`;
  return action === undefined ? version : `${version}<wsa:Action>${autodiscover}/Autodiscover/${action}</wsa:Action>`;
}

/** The body of an operation around the content of its Request. */
export function operationBody(name: string, content = ''): string {
  return `<${name}RequestMessage xmlns="${autodiscover}"><Request>${content}</Request></${name}RequestMessage>`;
}

/** GetUserSettings for one user. */
export function userSettingsRequest(address: string): string {
  const users = `<Users><User><Mailbox>${address}</Mailbox></User></Users>`;
  const settings = '<RequestedSettings><Setting>ExternalEwsUrl</Setting></RequestedSettings>';
  return envelope(operationBody('GetUserSettings', users + settings), soapHeader('GetUserSettings'));
}
