import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

/** Encrypts at rest what must be readable again; answers nothing about what it holds. */
export type Secrets = {
  encrypt(text: string): Buffer;
  decrypt(sealed: Buffer): string;
  /** A key for one more purpose, as text; the same for the same purpose, and telling nothing about the others. */
  keyFor(purpose: string): string;
  /** Tells one key from another without telling the key. */
  fingerprint: string;
};

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM under a key derived from the deployment's secret key. Layout: iv, tag, ciphertext. */
export function createSecrets(secretKey: string): Secrets {
  const derive = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', secretKey, 'customary', purpose, 32));
  const key = derive('encrypt-at-rest');
  return {
    encrypt(text) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(CIPHER, key, iv);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]);
    },
    decrypt(sealed) {
      const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, IV_BYTES));
      decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      return Buffer.concat([
        decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)),
        decipher.final(),
      ]).toString('utf8');
    },
    keyFor: (purpose) => derive(`key for ${purpose}`).toString('base64url'),
    fingerprint: derive('fingerprint').toString('hex').slice(0, 32),
  };
}

/** The hash under which a random secret (an API key) is kept. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest();
}

export function hashBody(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
