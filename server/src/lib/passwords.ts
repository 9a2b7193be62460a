import { randomBytes, scrypt, type ScryptOptions, timingSafeEqual } from 'node:crypto';

/** How a password is kept: scrypt with 32 MiB of memory, and next to it all that is needed to compute it again. */

export type PasswordCost = Required<Pick<ScryptOptions, 'N' | 'r' | 'p'>>;

const COST: PasswordCost = { N: 16_384, r: 16, p: 1 };
const SALT_BYTES = 16;
const KEY_BYTES = 32;
const SHAPE = /^scrypt\$(\d{1,8})\$(\d{1,3})\$(\d{1,3})\$([\w-]+)\$([\w-]+)$/;

export async function hashPassword(
  password: string,
  cost: PasswordCost | undefined = COST,
): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, cost);
  const { N, r, p } = cost;
  return ['scrypt', N, r, p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** In a time that does not depend on how much of it is right. */
export async function verifyPassword(hash: string, password: string): Promise<boolean> {
  const [, N, r, p, salt = '', key = ''] = SHAPE.exec(hash) ?? [];
  const expected = Buffer.from(key, 'base64url');
  if (expected.length !== KEY_BYTES) return false;
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  return timingSafeEqual(await derive(password, Buffer.from(salt, 'base64url'), cost), expected);
}

/** The same password, however the keyboard composed its letters. */
function derive(password: string, salt: Buffer, cost: PasswordCost): Promise<Buffer> {
  const maxmem = 256 * cost.N * cost.r;
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, { ...cost, maxmem }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
