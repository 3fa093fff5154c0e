import type { Field } from '../message.ts'

// Requests as the cases say them.

export interface Head {
  method: string
  target: string
  /** Default: `case.test`; null: none. */
  authority?: string | null
  fields?: readonly Field[]
}

export function get(target = '/case', ...fields: Field[]): Head {
  return { method: 'GET', target, fields }
}

export function post(...fields: Field[]): Head {
  return { method: 'POST', target: '/case', fields }
}

/** Longer than what any buffer on the way holds. */
export const LARGE = Buffer.alloc(6 * 1024 * 1024, 'reprise ')
