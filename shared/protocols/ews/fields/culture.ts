import type { PropertyValue } from '../../../kernel/mapi.ts';
import { Refusal } from '../../../kernel/refusal.ts';
import type { ResponseCode } from '../response-codes.ts';

/** View of a locale, as the property has it, by the name of its culture. Names outside the table are `ErrorUnsupportedCulture`. */
export const culture = {
  read: (value: PropertyValue): string | undefined => names.get(Number(value)),
  write(name: string): PropertyValue {
    const known = numbers.get(name.toLowerCase());
    if (known === undefined) throw new Refusal<ResponseCode>('ErrorUnsupportedCulture', { detail: name });
    return known;
  },
};

/** Cultures with a locale number of their own (MS-LCID 2.2): those of the languages in which Windows and Office are to be had. */
const table = `
  ar-SA 0x0401, bg-BG 0x0402, ca-ES 0x0403, zh-TW 0x0404, cs-CZ 0x0405, da-DK 0x0406, de-DE 0x0407, el-GR 0x0408,
  en-US 0x0409, fi-FI 0x040b, fr-FR 0x040c, he-IL 0x040d, hu-HU 0x040e, is-IS 0x040f, it-IT 0x0410, ja-JP 0x0411,
  ko-KR 0x0412, nl-NL 0x0413, nb-NO 0x0414, pl-PL 0x0415, pt-BR 0x0416, rm-CH 0x0417, ro-RO 0x0418, ru-RU 0x0419,
  hr-HR 0x041a, sk-SK 0x041b, sq-AL 0x041c, sv-SE 0x041d, th-TH 0x041e, tr-TR 0x041f, ur-PK 0x0420, id-ID 0x0421,
  uk-UA 0x0422, be-BY 0x0423, sl-SI 0x0424, et-EE 0x0425, lv-LV 0x0426, lt-LT 0x0427, fa-IR 0x0429, vi-VN 0x042a,
  hy-AM 0x042b, az-Latn-AZ 0x042c, eu-ES 0x042d, mk-MK 0x042f, af-ZA 0x0436, ka-GE 0x0437, fo-FO 0x0438, hi-IN 0x0439,
  mt-MT 0x043a, ms-MY 0x043e, kk-KZ 0x043f, ky-KG 0x0440, sw-KE 0x0441, uz-Latn-UZ 0x0443, tt-RU 0x0444, bn-IN 0x0445,
  pa-IN 0x0446, gu-IN 0x0447, or-IN 0x0448, ta-IN 0x0449, te-IN 0x044a, kn-IN 0x044b, ml-IN 0x044c, as-IN 0x044d,
  mr-IN 0x044e, mn-MN 0x0450, cy-GB 0x0452, km-KH 0x0453, lo-LA 0x0454, gl-ES 0x0456, kok-IN 0x0457, si-LK 0x045b,
  am-ET 0x045e, ne-NP 0x0461, fil-PH 0x0464, ar-IQ 0x0801, zh-CN 0x0804, de-CH 0x0807, en-GB 0x0809, es-MX 0x080a,
  fr-BE 0x080c, it-CH 0x0810, nl-BE 0x0813, nn-NO 0x0814, pt-PT 0x0816, sv-FI 0x081d, ga-IE 0x083c, ms-BN 0x083e,
  ar-EG 0x0c01, zh-HK 0x0c04, de-AT 0x0c07, en-AU 0x0c09, es-ES 0x0c0a, fr-CA 0x0c0c, ar-LY 0x1001, zh-SG 0x1004,
  de-LU 0x1007, en-CA 0x1009, es-GT 0x100a, fr-CH 0x100c, ar-DZ 0x1401, zh-MO 0x1404, de-LI 0x1407, en-NZ 0x1409,
  es-CR 0x140a, fr-LU 0x140c, ar-MA 0x1801, en-IE 0x1809, es-PA 0x180a, ar-TN 0x1c01, en-ZA 0x1c09, es-DO 0x1c0a,
  ar-OM 0x2001, es-VE 0x200a, ar-YE 0x2401, es-CO 0x240a, sr-Latn-RS 0x241a, ar-SY 0x2801, es-PE 0x280a,
  sr-Cyrl-RS 0x281a, ar-JO 0x2c01, es-AR 0x2c0a, ar-LB 0x3001, es-EC 0x300a, ar-KW 0x3401, en-PH 0x3409, es-CL 0x340a,
  ar-AE 0x3801, es-UY 0x380a, ar-BH 0x3c01, es-PY 0x3c0a, ar-QA 0x4001, en-IN 0x4009, es-BO 0x400a, es-SV 0x440a,
  en-SG 0x4809, es-HN 0x480a, es-NI 0x4c0a, es-PR 0x500a, es-US 0x540a`;

const rows = table.split(',').map((row): [string, number] => {
  const [name = '', number] = row.trim().split(' ');
  return [name, Number(number)];
});
const names: ReadonlyMap<number, string> = new Map(rows.map(([name, number]) => [number, name]));
const numbers: ReadonlyMap<string, number> = new Map(rows.map(([name, number]) => [name.toLowerCase(), number]));
