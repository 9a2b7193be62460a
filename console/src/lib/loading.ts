import { notFound } from '@tanstack/react-router';
import { isNotFound } from './problems.ts';

/** For loaders of one thing: what the API does not find is not found by the console either. */
export async function orNotFound<T>(loading: Promise<T>): Promise<T> {
  try {
    return await loading;
  } catch (error) {
    if (isNotFound(error)) throw notFound();
    throw error;
  }
}
