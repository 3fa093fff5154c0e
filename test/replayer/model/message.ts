import type { RawFields } from '../../../wire/fields.ts'

export interface Asked {
  method: string
  target: string
  fields: RawFields
  body: string
}

export interface Answered {
  status: number
  fields: string[]
  body: string
}

export type Members = Record<string, unknown>

export function refused(status: number, fields: string[] = []): Answered {
  return { status, fields, body: '' }
}

export function json(status: number, value: unknown, fields: string[] = []): Answered {
  return {
    status,
    fields: [...fields, 'Content-Type', 'application/json'],
    body: JSON.stringify(value),
  }
}
