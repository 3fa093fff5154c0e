import { hash } from 'node:crypto'
import type { StateShot } from '../state.ts'
import { maskBody, maskTarget } from './masking.ts'
import type { SecretPart } from './masked.ts'
import type { SecretNames } from './names.ts'

/** A shot as it is kept and may be shown, and what stood in the place of its masks. */
export interface MaskedShot {
  shot: StateShot
  probe: readonly SecretPart[]
  body: readonly SecretPart[]
}

export function maskShot(shot: StateShot, names: SecretNames): MaskedShot {
  const probe = maskTarget(shot.probe, names)
  const body = maskBody(shot.body, shot.fields, names)
  const masked = body && {
    body: body.bytes,
    digest: shot.digest && hash('sha256', body.bytes, 'hex'),
  }
  return {
    shot: { ...shot, ...(probe && { probe: probe.target }), ...masked },
    probe: probe?.parts ?? [],
    body: body?.parts ?? [],
  }
}
