import type { Side } from '../../entry.ts'
import type { FiledEntry, FiledShot } from '../filed.ts'

// What a secret of a file is sealed with: its place, which no other one has.

type Owner = Pick<FiledEntry, 'number' | 'arrivedAt'> & { recorder: { id: string } }

export function placeOfEntry({ recorder, number, arrivedAt }: Owner): string {
  return `entry ${recorder.id} ${number} ${arrivedAt}`
}

export function placeOfShot({ takenAt }: Pick<FiledShot, 'takenAt'>): string {
  return `shot ${takenAt}`
}

export function placeOfFields(of: string, side: Side | 'shot', which: 'field' | 'trailer'): string {
  return `${of} ${side} ${which}`
}

export function placeOfBody(of: string, side: Side | 'shot', piece: number | null): string {
  return piece === null ? `${of} ${side} body` : `${of} ${side} body piece ${piece}`
}

export function placeOfTarget(of: string): string {
  return `${of} target`
}

export function placeOfClient(of: string): string {
  return `${of} client`
}
