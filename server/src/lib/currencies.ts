/**
 * ISO 4217, list one ("current currency & funds code list"), as published by its maintenance agency, SIX, on
 * 2026-01-01. Codes without a minor unit (gold, XDR, XTS, XXX …) are left out: no bill can be written in them.
 * Why a table and not a package: docs/decisions/0020.
 */
export const currencyListDate = '2026-01-01';

const codesByMinorUnits: Record<number, string> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  2:
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE ' +
    'CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD ' +
    'HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK ' +
    'MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD ' +
    'RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH ' +
    'USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
};

/** Withdrawn since 2020, still readable on what was issued in them; nothing new may be opened in one. */
const withdrawnCodes = 'ANG BGN CUC HRK SLL ZWL';

function readTable(): Map<string, number> {
  const table = new Map<string, number>();
  for (const [units, codes] of Object.entries(codesByMinorUnits)) {
    for (const code of codes.split(' ')) table.set(code, Number(units));
  }
  return table;
}

/** Code → number of decimals, of every current currency. */
export const currentCurrencies: ReadonlyMap<string, number> = readTable();

/** Code → number of decimals, of the withdrawn ones. */
export const withdrawnCurrencies: ReadonlyMap<string, number> = new Map(
  withdrawnCodes.split(' ').map((code) => [code, 2]),
);
