import { accessSync, constants, existsSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { messageOf } from '../../journal/problem.ts'
import type { SpoolSlot } from '../../replayer/audit.ts'
import { findSlots } from '../audit-spools.ts'
import { fine, problem, warning, type Finding } from './finding.ts'

export interface AskedSpool {
  folder: string
  /** In bytes; 0: there is none. */
  limit: number
  stream: string
  /** The journal of the database that was found; null: it is not known. */
  journal: string | null
}

/** Where entries wait while PostgreSQL is away. Nothing stays there of having looked. */
export async function checkSpool(asked: AskedSpool): Promise<Finding[]> {
  const { folder, limit } = asked
  if (limit === 0) {
    return [fine('spool', 'there is none: mutations are refused while PostgreSQL is away')]
  }
  const place = existing(resolve(folder))
  try {
    accessSync(place, constants.W_OK | constants.X_OK)
    const took = writeSynced(place)
    return [
      judgeSync(folder, place === resolve(folder) ? 'there' : 'to_be_made', took),
      judgeRoom(statfsSync(place), limit),
      ...judgeKind(statfsSync(place).type),
      ...(await judgeSlots(asked)),
    ]
  } catch (error) {
    return [problem('spool', `${folder}: ${messageOf(error)}`, REMEDY)]
  }
}

const REMEDY =
  'name a folder on a local disk that this user may write (--spool-dir), or go without: --spool-limit 0'

/** The folder, or the nearest one above it that is there. */
function existing(folder: string): string {
  const parent = dirname(folder)
  return existsSync(folder) || parent === folder ? folder : existing(parent)
}

/** Answers how long it took, in ms. */
function writeSynced(folder: string): number {
  const file = join(folder, `.reprise-doctor-${process.pid}`)
  const before = performance.now()
  try {
    writeFileSync(file, 'written to see whether it can be', { flush: true, flag: 'wx' })
    return performance.now() - before
  } finally {
    rmSync(file, { force: true })
  }
}

/** From here on, in ms, mutations are noticeably slower while PostgreSQL is away. */
const SLOW = 100

function judgeSync(folder: string, state: 'there' | 'to_be_made', took: number): Finding {
  const how = state === 'there' ? 'can be written' : 'can be made'
  const what = `${folder} ${how}; a synced write took ${took.toFixed(1)} ms`
  if (took < SLOW) return fine('spool', what)
  return warning('spool', what, 'each answer waits for one while PostgreSQL is away: a faster disk')
}

function judgeRoom({ bavail, bsize }: { bavail: number; bsize: number }, limit: number): Finding {
  const free = bavail * bsize
  const what = `its disk has ${gigabytes(free)} free, --spool-limit is ${gigabytes(limit)}`
  if (free >= limit) return fine('spool', what)
  return warning(
    'spool',
    what,
    'mutations are refused as soon as the disk is full: make room, or lower --spool-limit',
  )
}

/** Kinds of file systems (statfs(2)) on which what is synced may be gone, or late. */
const KINDS: Readonly<Record<number, [string, string]>> = {
  0x01021994: ['is in memory: a reboot empties it', 'name a folder on a disk: --spool-dir'],
  0x794c7630: [
    'is in the layer of a container: it goes with it',
    'mount a volume there, or name one with --spool-dir',
  ],
  0x6969: ['is on NFS', 'a local disk: the spool is for when the network is away, too'],
  0xff534d42: ['is on a share (CIFS)', 'a local disk: the spool is for when the network is away'],
  0xfe534d42: ['is on a share (SMB)', 'a local disk: the spool is for when the network is away'],
}

function judgeKind(type: number): Finding[] {
  const known = KINDS[type]
  return known === undefined ? [] : [warning('spool', `its folder ${known[0]}`, known[1])]
}

async function judgeSlots({ folder, stream, journal }: AskedSpool): Promise<Finding[]> {
  const slots = await findSlots(folder, undefined, journal ?? '')
  return slots.flatMap((slot) => judgeSlot(slot, stream, journal))
}

function judgeSlot(slot: SpoolSlot, stream: string, journal: string | null): Finding[] {
  const { records, damaged } = slot
  const where = `${slot.folder} (stream ${slot.stream})`
  const findings: Finding[] = []
  if (slot.state === 'running') return [fine('spool', `a recorder runs with ${where}`)]
  if (records + damaged > 0 && journal !== null && slot.journal === 'other') {
    const what = `${records} records wait in ${where} for another journal`
    return [problem('spool', what, 'name the database that they are for: --database-url')]
  }
  if (records > 0) {
    const same = slot.stream === stream ? 'the next start of the proxy moves them' : ''
    const other = `start a proxy with --stream ${slot.stream}, which moves them`
    findings.push(warning('spool', `${records} records wait in ${where}`, same || other))
  }
  if (damaged > 0) {
    const what = `${damaged} records in ${where} are damaged: the disk did not keep them`
    findings.push(warning('spool', what, '`reprise audit` counts them once the rest was moved'))
  }
  return findings
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)} GB`
}
