/**
 * A text as CliXml writes it: control characters, surrogates and what XML cannot carry as `_xHHHH_`, and an underscore that
 * would begin such a thing (MS-PSRP 2.2.5.3.2, Encoding Strings).
 */
export function encodeText(text: string): string {
  return text.replaceAll(
    /[\0-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|_(?=x)/gi,
    (one) => `_x${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
  );
}

export function decodeText(text: string): string {
  return text.replaceAll(/_x([0-9a-f]{4})_/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
